package io.forebay.policy.access;

import io.forebay.policy.Claims;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One authorization rule. It applies when all the conditions that are present hold.
///
/// @param token conditions on the token, or null
/// @param certificate conditions on the client certificate, or null
public record AuthorizationRule(
        String name,
        Action action,
        @Nullable TokenCondition token,
        @Nullable CertificateCondition certificate) {

    /// What a rule, or the default, does.
    public enum Action {
        ALLOW,
        DENY
    }

    boolean appliesTo(Principal principal, PeerIdentity peer) {
        return (token == null || token.holds(principal))
                && (certificate == null || certificate.holds(peer.certificate()));
    }

    /// Conditions on an accepted token.
    ///
    /// @param provider name of the provider that must have accepted it
    /// @param scopes all must be granted
    /// @param claims all must hold
    public record TokenCondition(String provider, List<String> scopes, List<ClaimCondition> claims) {
        public TokenCondition {
            scopes = scopes.stream().map(String::intern).toList();
            claims = List.copyOf(claims);
        }

        boolean holds(Principal principal) {
            if (!provider.equals(principal.provider())) {
                return false;
            }
            Claims held = principal.claims();
            for (int i = 0; i < scopes.size(); i++) {
                if (!held.hasScope(scopes.get(i))) {
                    return false;
                }
            }
            for (int i = 0; i < claims.size(); i++) {
                if (!claims.get(i).holds(held)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// A claim that must have one of these values.
    public record ClaimCondition(String name, List<String> values) {
        public ClaimCondition {
            values = List.copyOf(values);
        }

        boolean holds(Claims claims) {
            return containsAny(values, claims.all(name));
        }
    }

    /// Conditions on a client certificate; each list that is not empty must hold through one of its entries.
    public record CertificateCondition(List<NameMatch> spiffe, List<String> alternativeNames, List<String> subjects) {
        public CertificateCondition {
            spiffe = List.copyOf(spiffe);
            alternativeNames = List.copyOf(alternativeNames);
            subjects = List.copyOf(subjects);
        }

        boolean holds(@Nullable ClientCertificate certificate) {
            return certificate != null
                    && (spiffe.isEmpty() || holdsSpiffe(certificate.spiffeUri()))
                    && (alternativeNames.isEmpty() || containsAny(alternativeNames, certificate.alternativeNames()))
                    && (subjects.isEmpty() || subjects.contains(certificate.subject()));
        }

        private boolean holdsSpiffe(@Nullable String uri) {
            if (uri != null) {
                for (int i = 0; i < spiffe.size(); i++) {
                    if (spiffe.get(i).holds(uri)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /// A comparison of a name.
    public record NameMatch(Kind kind, String value) {
        /// How names are compared.
        public enum Kind {
            EXACT,
            PREFIX
        }

        boolean holds(String name) {
            return switch (kind) {
                case EXACT -> name.equals(value);
                case PREFIX -> name.startsWith(value);
            };
        }
    }

    private static boolean containsAny(List<String> wanted, List<String> held) {
        for (int i = 0; i < held.size(); i++) {
            if (wanted.contains(held.get(i))) {
                return true;
            }
        }
        return false;
    }
}
