package io.forebay.gateway.http;

import java.util.regex.Pattern;

/// A path as logs and spans may have it: the secret part of a worker's lease, in paths of the gateway's own, is left
/// out. Which job and epoch may be told, the token may not.
public final class LoggedPath {
    private static final Pattern LEASE = Pattern.compile("(/[^/]*leases/[0-9a-f]{40})[0-9a-f]{16}");

    private LoggedPath() {}

    /// The path without such a secret.
    ///
    /// @param isRouted whether the path is some route's, and not the gateway's own
    public static String of(String path, boolean isRouted) {
        return isRouted ? path : LEASE.matcher(path).replaceFirst("$1...");
    }
}
