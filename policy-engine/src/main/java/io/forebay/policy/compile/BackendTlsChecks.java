package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicyValidation;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.LocalObjectReference;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import org.jspecify.annotations.Nullable;

/// A BackendTLSPolicy: do its Backends exist, and do its authorities resolve. One that cannot be used closes its
/// Backends: cleartext is not what was asked for.
final class BackendTlsChecks {

    private final Header header;
    private final Scope scope;
    private final Findings faults;

    private BackendTlsChecks(Header header, Scope scope, Findings faults) {
        this.header = header;
        this.scope = scope;
        this.faults = faults;
    }

    /// Checks one.
    ///
    /// @param kept the authorities of a last good version, whatever has become of the objects that held them
    static Checked check(Document.BackendTlsPolicy policy, @Nullable Material kept, Scope scope) {
        Checked checked = PolicyChecks.targets(policy.header(), policy.targetRefs(), null, scope);
        if (checked.material() == null) {
            return checked;
        }
        if (kept instanceof Material.BackendTrust) {
            return checked.with(kept);
        }
        Material trust = new BackendTlsChecks(policy.header(), scope, checked.faults())
                .trust(policy.spec().getValidation());
        return trust == null ? checked.without() : checked.with(trust);
    }

    /// Null if some authority does not resolve: to trust only the rest is not what was asked for.
    private @Nullable Material trust(BackendTLSPolicyValidation validation) {
        if (validation.getCaCertificateRefs().isEmpty()) {
            return new Material.BackendTrust(null);
        }
        StringBuilder authorities = new StringBuilder();
        boolean isWhole = true;
        for (int i = 0; i < validation.getCaCertificateRefs().size(); i++) {
            String pem =
                    authority(validation.getCaCertificateRefs().get(i), "spec.validation.caCertificateRefs[" + i + "]");
            if (pem == null) {
                isWhole = false;
            } else {
                authorities.append(pem.strip()).append('\n');
            }
        }
        return isWhole ? new Material.BackendTrust(authorities.toString()) : null;
    }

    private @Nullable String authority(LocalObjectReference ref, String path) {
        Kind kind = Kind.find(ref.getGroup() == null ? "" : ref.getGroup(), ref.getKind())
                .orElse(null);
        if (kind == null) {
            error(path, "no kind " + ref.getKind() + " in the group \"" + ref.getGroup() + "\"");
            return null;
        }
        ObjectKey key = new ObjectKey(kind, header.key().namespace(), ref.getName());
        LiveObject object = scope.find(kind, key.namespace(), key.name());
        if (object == null) {
            error(path, "there is no sound " + key);
            return null;
        }
        if (object.material() instanceof Material.Pem pem && pem.caPem() != null) {
            return pem.caPem();
        }
        error(path, key + " has no ca.crt");
        return null;
    }

    private void error(String path, String message) {
        faults.error(header.at(path), path, message);
    }
}
