package io.forebay.policy.document;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewaySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ReferenceGrantSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.TLSRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1alpha2.TCPRouteSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A policy object that is right in itself: known fields, right types, patterns, lengths, and the rules between its
/// own fields. Whether it fits the other objects is `policy.compile`'s question. Immutable but for the beans of the
/// published model, which nobody changes after parsing.
public sealed interface Document {

    Header header();

    default ObjectKey key() {
        return header().key();
    }

    record Gateway(Header header, GatewaySpec spec) implements Document {}

    /// A route of requests. Whatever its kind, it is told in the words of an HTTPRoute; the header knows what stands in
    /// the file.
    sealed interface RequestRoute extends Document {
        HTTPRouteSpec spec();
    }

    record HttpRoute(Header header, HTTPRouteSpec spec) implements RequestRoute {}

    /// A route of gRPC calls.
    ///
    /// @param spec what the GRPCRoute says as an HTTPRoute would, by [GrpcRouteTranslation]
    record GrpcRoute(Header header, HTTPRouteSpec spec) implements RequestRoute {}

    /// A route whose connections are relayed.
    sealed interface ConnectionRoute extends Document {
        List<ParentReference> parentRefs();

        /// By which server names; empty for all.
        List<String> hostnames();

        /// Of its only rule.
        List<BackendRef> backendRefs();

        @Nullable
        String ruleName();
    }

    record TlsRoute(Header header, TLSRouteSpec spec) implements ConnectionRoute {
        @Override
        public List<ParentReference> parentRefs() {
            return spec.getParentRefs();
        }

        @Override
        public List<String> hostnames() {
            return spec.getHostnames();
        }

        @Override
        public List<BackendRef> backendRefs() {
            return spec.getRules().getFirst().getBackendRefs();
        }

        @Override
        public @Nullable String ruleName() {
            return spec.getRules().getFirst().getName();
        }
    }

    record TcpRoute(Header header, TCPRouteSpec spec) implements ConnectionRoute {
        @Override
        public List<ParentReference> parentRefs() {
            return spec.getParentRefs();
        }

        @Override
        public List<String> hostnames() {
            return List.of();
        }

        @Override
        public List<BackendRef> backendRefs() {
            return spec.getRules().getFirst().getBackendRefs();
        }

        @Override
        public @Nullable String ruleName() {
            return spec.getRules().getFirst().getName();
        }
    }

    record ReferenceGrant(Header header, ReferenceGrantSpec spec) implements Document {}

    record Backend(Header header, BackendSpec spec) implements Document {}

    /// How to speak TLS to Backends.
    record BackendTlsPolicy(Header header, BackendTLSPolicySpec spec) implements Document {
        public List<TargetRef> targetRefs() {
            return spec.getTargetRefs().stream()
                    .map(ref -> new TargetRef(ref.getGroup(), ref.getKind(), ref.getName(), ref.getSectionName()))
                    .toList();
        }
    }

    record ClientTrafficPolicy(Header header, ClientTrafficPolicySpec spec) implements Document {}

    record HttpRouteFilter(Header header, HttpRouteFilterSpec spec) implements Document {}

    record FileSecret(Header header, FileSecretSpec spec) implements Document {}

    /// A secret whose contents stand in the policy file.
    ///
    /// @param type `kubernetes.io/tls` or `Opaque`
    /// @param data decoded entries of `data` and `stringData`, the latter winning
    record Secret(Header header, String type, Map<String, byte[]> data) implements Document {}

    record ConfigMap(Header header, Map<String, String> data) implements Document {}

    record SecurityPolicy(Header header, SecurityPolicySpec spec) implements Document {}

    record BackendTrafficPolicy(Header header, BackendTrafficPolicySpec spec) implements Document {}

    record OffloadPolicy(Header header, OffloadPolicySpec spec) implements Document {}

    record Queue(Header header, QueueSpec spec) implements Document {}

    record Schedule(Header header, ScheduleSpec spec) implements Document {}

    /// Files with a certificate and its key, with authorities, with keys for signing, or several of these.
    ///
    /// @param tlsCrt certificate chain in PEM, leaf first; path relative to the policy directory or absolute
    /// @param tlsKey private key of the leaf, PKCS#8 in PEM
    /// @param caCrt certificate authorities in PEM
    /// @param webhookKey keys that webhooks are signed with, one a line
    record FileSecretSpec(
            @Key("tls.crt") @Nullable String tlsCrt,
            @Key("tls.key") @Nullable String tlsKey,
            @Key("ca.crt") @Nullable String caCrt,
            @Key("webhook.key") @Nullable String webhookKey) {}
}
