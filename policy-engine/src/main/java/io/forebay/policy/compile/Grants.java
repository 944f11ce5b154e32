package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.ReferenceGrantFrom;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ReferenceGrantSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ReferenceGrantTo;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Whether an object may be referred to from another namespace: only where a ReferenceGrant beside it says so (Gateway
/// API, ReferenceGrantSpec). Within a namespace no grant is needed.
final class Grants {

    private static final String REFUSAL = "no ReferenceGrant in the namespace ";

    private Grants() {}

    /// Whether a finding is that a reference is not granted.
    static boolean isRefusal(Diagnostic finding) {
        return finding.message().startsWith(REFUSAL);
    }

    /// Why `from` may not refer to `to`, or null.
    static @Nullable String problem(ObjectKey from, ObjectKey to, Scope scope) {
        if (from.namespace().equals(to.namespace())) {
            return null;
        }
        for (LiveObject object : scope.all(Kind.REFERENCE_GRANT)) {
            if (object.document() instanceof Document.ReferenceGrant(var header, ReferenceGrantSpec spec)
                    && header.key().namespace().equals(to.namespace())
                    && spec.getFrom().stream().anyMatch(source -> isMeant(source, from))
                    && spec.getTo().stream().anyMatch(target -> isMeant(target, to))) {
                return null;
            }
        }
        return REFUSAL + to.namespace() + " lets a " + from.kind().kindName() + " of " + from.namespace() + " refer to "
                + to;
    }

    private static boolean isMeant(ReferenceGrantFrom source, ObjectKey from) {
        return from.kind().group().equals(source.getGroup())
                && from.kind().kindName().equals(source.getKind())
                && from.namespace().equals(source.getNamespace());
    }

    private static boolean isMeant(ReferenceGrantTo target, ObjectKey to) {
        return to.kind().group().equals(target.getGroup())
                && to.kind().kindName().equals(target.getKind())
                && (target.getName() == null
                        || target.getName().isEmpty()
                        || target.getName().equals(to.name()));
    }
}
