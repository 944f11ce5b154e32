package io.forebay.policy.compile;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one object refers to of certificates, keys and authorities. What cannot be had is a fault of the object that
/// refers.
final class PemReferences {

    private static final Material.Pem NOTHING = new Material.Pem(null, null, null, null);

    private final Header header;
    private final Scope scope;
    private final Findings faults;

    PemReferences(Header header, Scope scope, Findings faults) {
        this.header = header;
        this.scope = scope;
        this.faults = faults;
    }

    /// One reference.
    ///
    /// @param group null for the core group
    /// @param namespace null for that of the object
    record Reference(
            @Nullable String group, String kind, @Nullable String namespace, String name) {}

    /// What the object referred to holds; null, with a finding, where there is none.
    Material.@Nullable Pem find(Reference ref, String path) {
        Kind kind =
                Kind.find(ref.group() == null ? "" : ref.group(), ref.kind()).orElse(null);
        if (kind == null) {
            error(
                    path,
                    "no kind " + ref.kind() + " in the group \"" + ref.group() + "\"",
                    "Secret in \"\", FileSecret in forebay.io");
            return null;
        }
        ObjectKey key =
                new ObjectKey(kind, ref.namespace() == null ? header.key().namespace() : ref.namespace(), ref.name());
        String refused = Grants.problem(header.key(), key, scope);
        if (refused != null) {
            error(path, refused, "");
            return null;
        }
        LiveObject object = scope.find(kind, key.namespace(), key.name());
        if (object == null) {
            error(path, "there is no sound " + key, "");
            return null;
        }
        return object.material() instanceof Material.Pem pem ? pem : NOTHING;
    }

    /// All authorities together; null, with a finding, if some does not resolve: to trust only the rest is not what was
    /// asked for.
    @Nullable
    String authorities(List<Reference> refs, String listPath) {
        StringBuilder authorities = new StringBuilder();
        boolean isWhole = true;
        for (int i = 0; i < refs.size(); i++) {
            Reference ref = refs.get(i);
            String path = listPath + "[" + i + "]";
            Material.Pem pem = find(ref, path);
            if (pem != null && pem.caPem() != null) {
                authorities.append(pem.caPem().strip()).append('\n');
            } else {
                isWhole = false;
                if (pem != null) {
                    error(path, ref.kind() + " " + ref.name() + " has no ca.crt", "");
                }
            }
        }
        return isWhole ? authorities.toString() : null;
    }

    private void error(String path, String message, String expected) {
        faults.error(header.at(path), path, message, expected);
    }
}
