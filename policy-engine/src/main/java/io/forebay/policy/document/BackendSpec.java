package io.forebay.policy.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `Backend.spec`: where the servers of a backend listen. Exactly one of `fqdn`, `srv`, `ip`, `unix` per end point.
///
/// @param endpoints none where they stand in a file
/// @param endpointsFrom the file in which they stand; absent: they stand here
/// @param appProtocols what they speak, by the names of Kubernetes (GEP-1911): none, or one of `kubernetes.io/h2c`,
///     `kubernetes.io/ws`, `kubernetes.io/wss`
/// @param fallback whether rules call it only while none of their other backends is ready; absent: no
public record BackendSpec(
        List<Endpoint> endpoints,
        @Nullable EndpointsFrom endpointsFrom,
        List<String> appProtocols,
        @Nullable Boolean fallback) {

    /// A file of endpoints, relative to the policy folder.
    public record EndpointsFrom(String fileRef) {}

    /// One of the places.
    ///
    /// @param zone in which it is, as `topology.kubernetes.io/zone` names it
    public record Endpoint(
            @Nullable Fqdn fqdn,
            @Nullable Srv srv,
            @Nullable Ip ip,
            @Nullable Unix unix,
            @Nullable String zone) {}

    /// A name, resolved by the mesh.
    public record Fqdn(String hostname, int port) {}

    /// The name of SRV records, which say the rest (RFC 2782).
    public record Srv(String hostname) {}

    public record Ip(String address, int port) {}

    /// A socket of this machine.
    public record Unix(String path) {}
}
