package io.forebay.policy.document;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The kinds of objects of the policy language. Those that the language names but this release does not build are
/// listed too: a file that uses one is told so, instead of being told that the kind is unknown.
public enum Kind {
    GATEWAY("gateway.networking.k8s.io", "v1", "Gateway"),
    HTTP_ROUTE("gateway.networking.k8s.io", "v1", "HTTPRoute"),
    GRPC_ROUTE("gateway.networking.k8s.io", "v1", "GRPCRoute"),
    TLS_ROUTE("gateway.networking.k8s.io", "v1", "TLSRoute"),
    TCP_ROUTE("gateway.networking.k8s.io", "v1alpha2", "TCPRoute"),
    BACKEND_TLS_POLICY("gateway.networking.k8s.io", "v1", "BackendTLSPolicy"),
    REFERENCE_GRANT("gateway.networking.k8s.io", "v1", "ReferenceGrant"),
    SECRET("", "v1", "Secret"),
    CONFIG_MAP("", "v1", "ConfigMap"),
    BACKEND("forebay.io", "v1alpha1", "Backend"),
    HTTP_ROUTE_FILTER("forebay.io", "v1alpha1", "HTTPRouteFilter"),
    FILE_SECRET("forebay.io", "v1alpha1", "FileSecret"),
    SECURITY_POLICY("forebay.io", "v1alpha1", "SecurityPolicy"),
    BACKEND_TRAFFIC_POLICY("forebay.io", "v1alpha1", "BackendTrafficPolicy"),
    CLIENT_TRAFFIC_POLICY("forebay.io", "v1alpha1", "ClientTrafficPolicy"),
    OFFLOAD_POLICY("forebay.io", "v1alpha1", "OffloadPolicy"),
    QUEUE("forebay.io", "v1alpha1", "Queue"),
    SCHEDULE("forebay.io", "v1alpha1", "Schedule");

    private static final List<String> NOT_YET = List.of(
            "gateway.networking.k8s.io/UDPRoute",
            "gateway.networking.k8s.io/ListenerSet",
            "gateway.networking.k8s.io/GatewayClass",
            "forebay.io/Topic",
            "forebay.io/Subscription",
            "forebay.io/ModelRoute",
            "forebay.io/PromptPolicy");

    private final String group;
    private final String version;
    private final String kindName;

    Kind(String group, String version, String kindName) {
        this.group = group;
        this.version = version;
        this.kindName = kindName;
    }

    /// The API group; empty for the core group of Secret and ConfigMap.
    public String group() {
        return group;
    }

    public String kindName() {
        return kindName;
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public static Optional<Kind> find(String group, String kindName) {
        return Arrays.stream(values())
                .filter(kind -> kind.group.equals(group) && kind.kindName.equals(kindName))
                .findFirst();
    }

    static boolean isNotYet(String group, String kindName) {
        return NOT_YET.contains(group + "/" + kindName);
    }

    static List<String> kindNames() {
        return Arrays.stream(values()).map(Kind::kindName).toList();
    }
}
