package io.forebay.policy.route;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What an upstream is told instead of the client's host and path (Gateway API, HTTPURLRewriteFilter). The query stays,
/// and what the client wrote is matched, authorised and kept. Immutable, any thread.
public final class UrlRewrite {
    private final byte @Nullable [] hostname;
    private final @Nullable PathEdit path;

    /// @param hostname lower-case name, null to leave the client's
    /// @param path null to leave the client's
    public UrlRewrite(@Nullable String hostname, @Nullable PathEdit path) {
        this.hostname = hostname == null ? null : hostname.getBytes(StandardCharsets.US_ASCII);
        this.path = path;
    }

    /// The host to name, not to be changed by the caller, or null for the client's.
    public byte @Nullable [] hostname() {
        return hostname;
    }

    /// What is made of the path, or null for nothing.
    public @Nullable PathEdit path() {
        return path;
    }
}
