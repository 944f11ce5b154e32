package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicyValidation;
import io.forebay.policy.compile.PemReferences.Reference;
import io.forebay.policy.document.Document;
import org.jspecify.annotations.Nullable;

/// A BackendTLSPolicy: do its Backends exist, and do its authorities resolve. One that cannot be used closes its
/// Backends: cleartext is not what was asked for.
final class BackendTlsChecks {

    private BackendTlsChecks() {}

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
        BackendTLSPolicyValidation validation = policy.spec().getValidation();
        if (validation.getCaCertificateRefs().isEmpty()) {
            return checked.with(new Material.BackendTrust(null));
        }
        String authorities = new PemReferences(policy.header(), scope, checked.faults())
                .authorities(
                        validation.getCaCertificateRefs().stream()
                                .map(ref -> new Reference(ref.getGroup(), ref.getKind(), null, ref.getName()))
                                .toList(),
                        "spec.validation.caCertificateRefs");
        return authorities == null ? checked.without() : checked.with(new Material.BackendTrust(authorities));
    }
}
