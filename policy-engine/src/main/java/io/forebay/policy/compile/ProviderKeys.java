package io.forebay.policy.compile;

import io.forebay.policy.compile.Selection.Candidate;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.SecurityPolicySpec;
import io.forebay.policy.token.KeySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which keys vouch for the callers of each provider, over all SecurityPolicies of one compile.
///
/// A principal is provider, issuer and subject, whatever policy accepted the token: so a job can be asked for under
/// another policy than it was submitted under, and outlives the policy's name. Two providers of one name and issuer
/// must therefore have the same keys, or whoever can sign for the one would pass for the callers of the other. Where
/// they differ, the versions in force stay until they agree again, and a policy that has none fails closed.
final class ProviderKeys {
    static final ProviderKeys NONE = new ProviderKeys();

    private record Issuer(String provider, String issuer) {}

    /// @param isInForce whether the last good version of the policy has the same keys
    private record Claim(ObjectKey policy, KeySet keys, boolean isInForce) {}

    private final Map<Issuer, List<Claim>> newest = new HashMap<>();

    private ProviderKeys() {}

    /// Gathers the keys of the newest versions; of the last good one where the newest has none.
    static ProviderKeys of(Selection selection, EffectiveObjects before, Scope scope) {
        ProviderKeys all = new ProviderKeys();
        selection.chosen().forEach((key, candidate) -> {
            if (candidate instanceof Candidate.Sound(Document.SecurityPolicy policy)) {
                all.claim(policy, SecurityChecks.keySets(policy, scope, new Findings("")), before.find(key));
            } else if (key.kind() == Kind.SECURITY_POLICY) {
                all.claimLast(before.find(key));
            }
        });
        selection.kept().forEach(key -> all.claimLast(before.find(key)));
        return all;
    }

    private void claim(Document.SecurityPolicy policy, Material.@Nullable KeySets keys, @Nullable LiveObject last) {
        if (keys == null) {
            claimLast(last);
            return;
        }
        for (SecurityPolicySpec.Provider provider : providers(policy)) {
            Issuer issuer = issuer(provider);
            KeySet lastKeys = last == null ? null : keys(last, issuer);
            KeySet own = keys.of(provider);
            add(issuer, new Claim(policy.key(), own, lastKeys != null && lastKeys.hasSameKeys(own)));
        }
    }

    private void claimLast(@Nullable LiveObject last) {
        if (last != null
                && last.document() instanceof Document.SecurityPolicy policy
                && last.material() instanceof Material.KeySets keys) {
            providers(policy)
                    .forEach(provider -> add(issuer(provider), new Claim(policy.key(), keys.of(provider), true)));
        }
    }

    private void add(Issuer issuer, Claim claim) {
        newest.computeIfAbsent(issuer, key -> new ArrayList<>()).add(claim);
    }

    /// None for a policy that is off: nobody gets in by it.
    private static List<SecurityPolicySpec.Provider> providers(Document.SecurityPolicy policy) {
        SecurityPolicySpec spec = policy.spec();
        return spec.jwt() == null || spec.mode() == Mode.OFF
                ? List.of()
                : spec.jwt().providers();
    }

    private static Issuer issuer(SecurityPolicySpec.Provider provider) {
        return new Issuer(provider.name(), provider.issuer());
    }

    private static @Nullable KeySet keys(LiveObject object, Issuer wanted) {
        if (object.document() instanceof Document.SecurityPolicy policy
                && object.material() instanceof Material.KeySets keys) {
            for (SecurityPolicySpec.Provider provider : providers(policy)) {
                if (issuer(provider).equals(wanted)) {
                    return keys.of(provider);
                }
            }
        }
        return null;
    }

    /// Names the providers of a policy that have other keys than another policy's.
    ///
    /// @param isNewest whether this is the newest version: then it has to wait for the others to change alike
    /// @return whether there is none
    boolean areShared(
            Document.SecurityPolicy policy, Material.KeySets keys, boolean isNewest, Scope scope, Findings faults) {
        boolean areShared = true;
        List<SecurityPolicySpec.Provider> providers = providers(policy);
        for (int i = 0; i < providers.size(); i++) {
            Issuer issuer = issuer(providers.get(i));
            KeySet own = keys.of(providers.get(i));
            ObjectKey other = isNewest ? contradicted(policy.key(), issuer, own) : null;
            other = other == null ? contradictedInForce(policy.key(), issuer, own, scope) : other;
            if (other != null) {
                areShared = false;
                String path = "spec.jwt.providers[" + i + "]";
                faults.error(
                        policy.header().at(path),
                        path,
                        "the provider " + issuer.provider + " of " + issuer.issuer + " has other keys in " + other
                                + ", so that callers of the one could pass for callers of the other",
                        "the same keys, or another name");
            }
        }
        return areShared;
    }

    /// A policy whose newest version has other keys. Who has changed gives way to who has not.
    private @Nullable ObjectKey contradicted(ObjectKey policy, Issuer issuer, KeySet own) {
        List<Claim> claims = newest.getOrDefault(issuer, List.of());
        boolean isInForce = claims.stream().anyMatch(claim -> claim.policy.equals(policy) && claim.isInForce);
        return claims.stream()
                .filter(claim -> !claim.policy.equals(policy) && !claim.keys.hasSameKeys(own))
                .filter(claim -> claim.isInForce || !isInForce)
                .map(Claim::policy)
                .findFirst()
                .orElse(null);
    }

    /// A policy that is already in force with other keys.
    private static @Nullable ObjectKey contradictedInForce(ObjectKey policy, Issuer issuer, KeySet own, Scope scope) {
        for (LiveObject object : scope.all(Kind.SECURITY_POLICY)) {
            KeySet keys = keys(object, issuer);
            if (keys != null && !object.key().equals(policy) && !keys.hasSameKeys(own)) {
                return object.key();
            }
        }
        return null;
    }
}
