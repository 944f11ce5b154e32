package io.forebay.policy.access;

import io.forebay.policy.AccessDecision;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Permit;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import java.util.List;

/// Authorization rules in order: the first that applies decides, else the default. Immutable, any thread; all answers
/// are made ahead.
public final class AuthorizationRules {

    /// Lets everyone through who was identified.
    public static final AuthorizationRules ALLOW_ALL =
            new AuthorizationRules(AuthorizationRule.Action.ALLOW, List.of());

    private final AuthorizationRule.Action defaultAction;
    private final List<AuthorizationRule> rules;
    private final AccessDecision byDefault;
    private final AccessDecision[] byRule;

    public AuthorizationRules(AuthorizationRule.Action defaultAction, List<AuthorizationRule> rules) {
        this.defaultAction = defaultAction;
        this.rules = List.copyOf(rules);
        this.byDefault = decision(defaultAction, "default");
        this.byRule =
                rules.stream().map(rule -> decision(rule.action(), rule.name())).toArray(AccessDecision[]::new);
    }

    private static AccessDecision decision(AuthorizationRule.Action action, String rule) {
        return switch (action) {
            case ALLOW -> new Permit(rule);
            case DENY -> new Refusal.Forbidden(rule);
        };
    }

    /// A [Permit], or [Refusal.Forbidden] naming the rule that said no.
    public AccessDecision decide(Principal principal, PeerIdentity peer) {
        for (int i = 0; i < byRule.length; i++) {
            if (rules.get(i).appliesTo(principal, peer)) {
                return byRule[i];
            }
        }
        return byDefault;
    }

    /// Whether some rule allows a caller by its certificate alone.
    public boolean allowsByCertificate() {
        return rules.stream()
                .anyMatch(rule -> rule.action() == AuthorizationRule.Action.ALLOW
                        && rule.token() == null
                        && rule.certificate() != null);
    }

    /// Whether that answer of [#decide] is the default's no.
    @SuppressWarnings("ReferenceEquality") // the answers are made once
    boolean isRefusedByDefault(AccessDecision decision) {
        return decision == byDefault && defaultAction == AuthorizationRule.Action.DENY;
    }

    public AuthorizationRule.Action defaultAction() {
        return defaultAction;
    }

    public List<AuthorizationRule> rules() {
        return rules;
    }
}
