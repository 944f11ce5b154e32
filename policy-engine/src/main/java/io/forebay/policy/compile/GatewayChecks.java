package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.FrontendTLSValidation;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewaySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayTLSConfig;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SecretObjectReference;
import io.forebay.policy.ClientTrust;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.compile.ListenerConflicts.Conflict;
import io.forebay.policy.compile.Material.ListenerTls;
import io.forebay.policy.compile.PemReferences.Reference;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Gateway: do its certificates and authorities resolve, and do its listeners get along with each other and with
/// those of the Gateways before it. A faulty listener is left out; the others can still be used.
final class GatewayChecks {

    /// The only class of gateways we are.
    private static final String CLASS = "forebay";

    private static final String BACKEND_CLIENT = "spec.tls.backend.clientCertificateRef";
    private static final String VALIDATION = "spec.tls.frontend.default.validation";

    private final Document.Gateway gateway;
    private final Header header;
    private final Scope scope;
    private final Findings faults;
    private final PemReferences references;
    private final List<Conflict> conflicts = new ArrayList<>();

    private GatewayChecks(Document.Gateway gateway, Scope scope, Findings faults) {
        this.gateway = gateway;
        this.header = gateway.header();
        this.scope = scope;
        this.faults = faults;
        this.references = new PemReferences(header, scope, faults);
    }

    static Checked check(Document.Gateway gateway, @Nullable Material kept, Scope scope) {
        Checked checked = Checked.begin(gateway.header());
        // A secret that is gone must not close a port: a Gateway that was whole keeps what it was served with.
        if (kept instanceof Material.Listeners(var byName, var backendClient)
                && byName.size() == gateway.spec().getListeners().size()
                && (backendClient != null) == wantsBackendClient(gateway.spec().getTls())) {
            return checked.with(kept);
        }
        GatewayChecks checks = new GatewayChecks(gateway, scope, checked.faults());
        Material.Listeners listeners = checks.listeners();
        scope.conflicts(gateway.key(), checks.conflicts);
        return listeners.byName().isEmpty() ? checked : checked.with(listeners);
    }

    private Material.Listeners listeners() {
        GatewaySpec spec = gateway.spec();
        if (!CLASS.equals(spec.getGatewayClassName())) {
            error("spec.gatewayClassName", "the class " + spec.getGatewayClassName() + " is not ours", CLASS);
        }
        FrontendTLSValidation validation = validation(spec.getTls());
        ClientTrust trust = validation == null ? null : clientTrust(validation);
        Map<String, ListenerTls> sound = new LinkedHashMap<>();
        for (int i = 0; i < spec.getListeners().size(); i++) {
            Listener listener = spec.getListeners().get(i);
            String path = path(i);
            boolean isTls = ListenerModes.terminatesTls(listener);
            List<ServerCertificate> certificates = isTls ? certificates(listener, path) : List.of();
            boolean isTrustKnown = !isTls || validation == null || trust != null;
            if (isAlone(listener, i, path) && isTls != certificates.isEmpty() && isTrustKnown) {
                sound.put(listener.getName(), new ListenerTls(certificates, isTls ? trust : null));
            }
        }
        return new Material.Listeners(sound, backendClient(spec.getTls()));
    }

    private static boolean wantsBackendClient(@Nullable GatewayTLSConfig tls) {
        return tls != null && tls.getBackend() != null;
    }

    /// What is shown to backends. All Gateways share the connections to a backend, so they show the same.
    private @Nullable ServerCertificate backendClient(@Nullable GatewayTLSConfig tls) {
        if (tls == null || tls.getBackend() == null) {
            return null;
        }
        ServerCertificate own = certificate(tls.getBackend().getClientCertificateRef(), BACKEND_CLIENT);
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (own != null
                    && !object.key().equals(header.key())
                    && object.material() instanceof Material.Listeners other
                    && other.backendClient() != null
                    && !other.backendClient().equals(own)) {
                error(
                        BACKEND_CLIENT,
                        object.key() + " shows another certificate to backends",
                        "the same in all Gateways");
                return null;
            }
        }
        return own;
    }

    private static @Nullable FrontendTLSValidation validation(@Nullable GatewayTLSConfig tls) {
        return tls == null || tls.getFrontend() == null || tls.getFrontend().getDefault() == null
                ? null
                : tls.getFrontend().getDefault().getValidation();
    }

    /// Null if some authority does not resolve.
    private @Nullable ClientTrust clientTrust(FrontendTLSValidation validation) {
        String authorities = references.authorities(
                validation.getCaCertificateRefs().stream()
                        .map(ref -> new Reference(ref.getGroup(), ref.getKind(), ref.getNamespace(), ref.getName()))
                        .toList(),
                VALIDATION + ".caCertificateRefs");
        boolean isFallback = "AllowInsecureFallback".equals(validation.getMode());
        return authorities == null
                ? null
                : new ClientTrust(
                        authorities, isFallback ? ClientTrust.Mode.INSECURE_FALLBACK : ClientTrust.Mode.VALID_ONLY);
    }

    private List<ServerCertificate> certificates(Listener listener, String listenerPath) {
        List<ServerCertificate> certificates = new ArrayList<>();
        List<SecretObjectReference> refs = listener.getTls().getCertificateRefs();
        for (int i = 0; i < refs.size(); i++) {
            ServerCertificate certificate = certificate(refs.get(i), listenerPath + ".tls.certificateRefs[" + i + "]");
            if (certificate != null) {
                certificates.add(certificate);
            }
        }
        return certificates.size() == refs.size() ? certificates : List.of();
    }

    private @Nullable ServerCertificate certificate(SecretObjectReference ref, String path) {
        String kind = ref.getKind() == null ? "Secret" : ref.getKind();
        Material.Pem pem =
                references.find(new Reference(ref.getGroup(), kind, ref.getNamespace(), ref.getName()), path);
        if (pem != null && pem.chainPem() != null && pem.keyPem() != null) {
            return new ServerCertificate(kind + " " + ref.getName(), pem.chainPem(), pem.keyPem());
        }
        if (pem != null) {
            error(path, kind + " " + ref.getName() + " has no tls.crt and tls.key", "");
        }
        return null;
    }

    private boolean isAlone(Listener listener, int index, String path) {
        Conflict conflict = conflict(listener, index);
        if (conflict != null) {
            conflicts.add(conflict);
            error(path, conflict.message(), "another port, or another hostname of the same protocol");
        }
        return conflict == null;
    }

    private @Nullable Conflict conflict(Listener listener, int index) {
        List<Listener> own = gateway.spec().getListeners();
        for (int i = 0; i < index; i++) {
            Conflict conflict = ListenerConflicts.between(listener, own.get(i), header, path(i));
            if (conflict != null) {
                return conflict;
            }
        }
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (object.document() instanceof Document.Gateway(var otherHeader, var spec)
                    && object.material() instanceof Material.Listeners sound
                    && !otherHeader.key().equals(header.key())) {
                for (int i = 0; i < spec.getListeners().size(); i++) {
                    Listener other = spec.getListeners().get(i);
                    Conflict conflict = sound.byName().containsKey(other.getName())
                            ? ListenerConflicts.between(listener, other, otherHeader, path(i))
                            : null;
                    if (conflict != null) {
                        return conflict;
                    }
                }
            }
        }
        return null;
    }

    private static String path(int listener) {
        return "spec.listeners[" + listener + "]";
    }

    private void error(String path, String message, String expected) {
        faults.error(header.at(path), path, message, expected);
    }
}
