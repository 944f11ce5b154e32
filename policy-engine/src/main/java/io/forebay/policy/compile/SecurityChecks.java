package io.forebay.policy.compile;

import io.forebay.policy.compile.Material.Jwks;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.SecurityPolicySpec;
import io.forebay.policy.document.SecurityPolicySpec.LocalJwks;
import io.forebay.policy.token.KeySet;
import io.forebay.policy.token.KeySetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A SecurityPolicy: do its targets exist, do its key sets load, and are they the same wherever a provider is named
/// again. Without its keys it cannot be used.
final class SecurityChecks {

    private SecurityChecks() {}

    static Checked check(Document.SecurityPolicy policy, @Nullable Material kept, Scope scope) {
        SecurityPolicySpec spec = policy.spec();
        Checked checked = PolicyChecks.targets(policy.header(), spec.targetRefs(), spec.mode(), scope);
        Material.KeySets keys = kept instanceof Material.KeySets last ? last : keySets(policy, scope, checked.faults());
        boolean isUsable = checked.material() != null
                && keys != null
                && scope.providerKeys().areShared(policy, keys, kept == null, scope, checked.faults());
        return isUsable && keys != null ? checked.with(keys) : new Checked(null, checked.faults(), checked.degraded());
    }

    /// The key sets of all providers; null when one does not load.
    static Material.@Nullable KeySets keySets(Document.SecurityPolicy policy, Scope scope, Findings faults) {
        Header header = policy.header();
        SecurityPolicySpec spec = policy.spec();
        List<SecurityPolicySpec.Provider> providers =
                spec.jwt() == null ? List.of() : spec.jwt().providers();
        Map<String, Jwks> keySets = new LinkedHashMap<>();
        for (int i = 0; i < providers.size(); i++) {
            SecurityPolicySpec.Provider provider = providers.get(i);
            String path = "spec.jwt.providers[" + i + "].localJWKS";
            Jwks jwks = jwks(header, provider.localJWKS(), path, scope, faults);
            if (jwks != null) {
                keySets.put(provider.name(), jwks);
            }
        }
        return keySets.size() == providers.size() ? new Material.KeySets(Map.copyOf(keySets)) : null;
    }

    private static @Nullable Jwks jwks(Header header, LocalJwks source, String path, Scope scope, Findings faults) {
        if (source.fileRef() == null) {
            return source.inline() == null ? null : parse(header, source.inline(), path + ".inline", faults);
        }
        String filePath = path + ".fileRef";
        return switch (scope.referenced().content(source.fileRef())) {
            case Content.Text content -> parse(header, content.text(), filePath, faults);
            case Content.Unreadable(var reason) -> {
                faults.error(header.at(filePath), filePath, "the file " + source.fileRef() + " " + reason);
                yield null;
            }
        };
    }

    private static @Nullable Jwks parse(Header header, String text, String path, Findings faults) {
        try {
            return new Jwks(text, KeySet.parse(text));
        } catch (KeySetException e) {
            faults.error(header.at(path), path, "the key set cannot be used: " + e.getMessage());
            return null;
        }
    }
}
