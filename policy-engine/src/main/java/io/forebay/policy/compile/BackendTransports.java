package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicyValidation;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SubjectAltName;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.TransportPolicy;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import org.jspecify.annotations.Nullable;

/// How each Backend is spoken to, from its `appProtocols`, the routes of gRPC that name it, the BackendTLSPolicy
/// attached to it, and the certificate that the Gateways show.
final class BackendTransports {

    private final Scope scope;
    private final @Nullable ServerCertificate clientCertificate;

    BackendTransports(Scope scope) {
        this.scope = scope;
        this.clientCertificate = clientCertificate(scope);
    }

    /// One for the process: Gateways that name different ones were refused.
    private static @Nullable ServerCertificate clientCertificate(Scope scope) {
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (object.material() instanceof Material.Listeners listeners && listeners.backendClient() != null) {
                return listeners.backendClient();
            }
        }
        return null;
    }

    TransportPolicy of(Document.Backend backend) {
        TransportPolicy said = new TransportPolicy(http(backend), tls(backend.key()));
        return scope.routes().isCalledByGrpc(backend.key()) ? said.orHttp(TransportPolicy.Http.VERSION_2) : said;
    }

    /// Why gRPC cannot be spoken to a Backend, or null.
    static @Nullable String grpcProblem(Document.Backend backend) {
        return http(backend) == TransportPolicy.Http.VERSION_1
                ? backend.key() + " speaks HTTP/1.1 only, by its appProtocols, and gRPC needs HTTP/2"
                : null;
    }

    /// The same of one that may not be there.
    static @Nullable String grpcProblem(ObjectKey backend, Scope scope) {
        LiveObject found = scope.find(backend.kind(), backend.namespace(), backend.name());
        return found != null && found.document() instanceof Document.Backend spec ? grpcProblem(spec) : null;
    }

    private static TransportPolicy.Http http(Document.Backend backend) {
        for (String protocol : backend.spec().appProtocols()) {
            switch (protocol) {
                case "kubernetes.io/h2c" -> {
                    return TransportPolicy.Http.VERSION_2;
                }
                case "kubernetes.io/ws", "kubernetes.io/wss" -> {
                    return TransportPolicy.Http.VERSION_1;
                }
                default -> {}
            }
        }
        return TransportPolicy.Http.ANY;
    }

    private TransportPolicy.@Nullable Tls tls(ObjectKey backend) {
        return attached(backend, scope) instanceof Attached.Good(var object)
                        && object.document() instanceof Document.BackendTlsPolicy policy
                        && object.material() instanceof Material.BackendTrust(var caPem)
                ? tls(policy.spec().getValidation(), caPem)
                : null;
    }

    private TransportPolicy.Tls tls(BackendTLSPolicyValidation validation, @Nullable String caPem) {
        return new TransportPolicy.Tls(
                validation.getHostname(),
                caPem,
                validation.getSubjectAltNames().stream()
                        .map(BackendTransports::altName)
                        .toList(),
                clientCertificate);
    }

    private static TransportPolicy.AltName altName(SubjectAltName name) {
        return "URI".equals(name.getType())
                ? new TransportPolicy.AltName(TransportPolicy.AltName.Type.URI, name.getUri())
                : new TransportPolicy.AltName(TransportPolicy.AltName.Type.HOSTNAME, name.getHostname());
    }

    /// Whether a Backend speaks HTTP/2 and nothing else.
    static boolean isHttp2(ObjectKey backend, Scope scope) {
        LiveObject found = scope.find(backend.kind(), backend.namespace(), backend.name());
        return found != null
                && found.document() instanceof Document.Backend spec
                && http(spec) == TransportPolicy.Http.VERSION_2;
    }

    /// Why a Backend must not be called although it is sound, or null: its TLS is asked for and not known.
    static @Nullable String problem(ObjectKey backend, Scope scope) {
        return attached(backend, scope) instanceof Attached.Broken(var policy, var reason) ? reason : null;
    }

    private static @Nullable Attached attached(ObjectKey backend, Scope scope) {
        return scope.attachments(Kind.BACKEND_TLS_POLICY).at(new Target(backend, null));
    }
}
