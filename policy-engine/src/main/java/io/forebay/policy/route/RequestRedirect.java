package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.RequestFacts;
import org.jspecify.annotations.Nullable;

/// Sends clients elsewhere (Gateway API, HTTPRequestRedirectFilter): what it does not name stays as the client has it,
/// the query always. Immutable, any thread.
///
/// @param scheme `http` or `https`, or null for the request's
/// @param hostname null for the request's
/// @param port null for the scheme's own where the scheme is named, else the listener's
/// @param path null for the request's
/// @param status 301, 302, 303, 307 or 308
public record RequestRedirect(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable Integer port,
        @Nullable PathEdit path,
        int status) implements OwnAnswer {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// The value of the `Location` field. A request that names no host (HTTP/1.0) is sent to the path alone, unless the
    /// redirect has a host.
    ///
    /// @param isTls whether the request came over TLS
    /// @param listenerPort the port that the Gateway's listener names
    public String location(RequestFacts facts, boolean isTls, int listenerPort) {
        StringBuilder location = new StringBuilder(128);
        String host = hostname == null ? facts.text(facts.host()) : hostname;
        if (!host.isEmpty()) {
            String to = scheme == null ? (isTls ? "https" : "http") : scheme;
            location.append(to).append("://").append(host);
            int portOfTarget = port != null ? port : scheme == null ? listenerPort : wellKnown(to);
            if (portOfTarget != wellKnown(to)) {
                location.append(':').append(portOfTarget);
            }
        }
        String target = path == null ? facts.text(facts.path()) : path.text(facts.bytes(), facts.path());
        // The target of OPTIONS may be a star, which is no path.
        location.append(target.startsWith("/") ? target : "/");
        if (ByteSpan.isPresent(facts.query())) {
            location.append('?').append(facts.text(facts.query()));
        }
        return location.toString();
    }

    private static int wellKnown(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }
}
