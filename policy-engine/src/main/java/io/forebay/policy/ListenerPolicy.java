package io.forebay.policy;

import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.RouteIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One listener of a Gateway with all that is served on it.
///
/// @param id namespace/gateway/listener
/// @param hostname exact (`a.example`) or wildcard (`*.example`) name in lower case; null serves every host
/// @param certificates one or more where TLS ends here: HTTPS, and TLS unless it passes through
/// @param clientTrust null when client certificates are not asked for
/// @param routes the rules attached here, their hostnames already intersected with this listener's
/// @param jobsSecurity who may use job endpoints here: the Gateway's SecurityPolicy, else a rule that accepts every
///     provider of its routes, or the certificate alone, and allows all; who is still anonymous then has no credential.
///     Null when nothing authenticates
/// @param jobsLimits what requests to job endpoints are counted against here: the Gateway's BackendTrafficPolicy
/// @param connections the rules for connections that are relayed, of TLS and TCP only
/// @param traffic what its ClientTrafficPolicy says of its port
public record ListenerPolicy(
        String id,
        String gateway,
        String name,
        int port,
        Protocol protocol,
        @Nullable String hostname,
        List<ServerCertificate> certificates,
        @Nullable ClientTrust clientTrust,
        RouteIndex routes,
        @Nullable SecurityRule jobsSecurity,
        LimitRules jobsLimits,
        ConnectionRoutes connections,
        ClientTraffic traffic) {

    /// A listener of requests without a ClientTrafficPolicy.
    public ListenerPolicy(
            String id,
            String gateway,
            String name,
            int port,
            Protocol protocol,
            @Nullable String hostname,
            List<ServerCertificate> certificates,
            @Nullable ClientTrust clientTrust,
            RouteIndex routes,
            @Nullable SecurityRule jobsSecurity,
            LimitRules jobsLimits) {
        this(
                id,
                gateway,
                name,
                port,
                protocol,
                hostname,
                certificates,
                clientTrust,
                routes,
                jobsSecurity,
                jobsLimits,
                ConnectionRoutes.NONE,
                ClientTraffic.NONE);
    }

    /// What the listener speaks.
    public enum Protocol {
        HTTP,
        HTTPS,
        /// Connections by their server name, relayed: as they are (`tls.mode: Passthrough`), or what is in the TLS.
        TLS,
        /// All connections, relayed as they are.
        TCP
    }

    public ListenerPolicy {
        certificates = List.copyOf(certificates);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " of listener " + id + " is not in 1..65535");
        }
        boolean isFree = protocol == Protocol.TLS;
        if (!isFree && (protocol == Protocol.HTTPS) == certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "listener " + id + ": HTTPS needs a certificate, HTTP and TCP have none");
        }
    }

    /// Whether the handshake of its connections is made here.
    public boolean terminatesTls() {
        return !certificates.isEmpty();
    }
}
