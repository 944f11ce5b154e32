package io.forebay.policy.compile;

import io.forebay.policy.PolicyMode;
import io.forebay.policy.TenantRule;
import io.forebay.policy.access.AuthorizationRule;
import io.forebay.policy.access.AuthorizationRules;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.token.JwtProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which SecurityPolicy holds for a rule and for the job endpoints of a listener. One [SecurityRule] for each policy,
/// shared by all rules under it.
final class SecurityLinks {

    private final Attachments attachments;
    private final Map<ObjectKey, SecurityRule> byPolicy;

    /// @param known rules of policies that are as they were
    SecurityLinks(Attachments attachments, Map<ObjectKey, SecurityRule> known) {
        this.attachments = attachments;
        this.byPolicy = new HashMap<>(known);
    }

    /// The rules asked for so far, and the known ones.
    Map<ObjectKey, SecurityRule> byPolicy() {
        return byPolicy;
    }

    /// The policy of the rule or its route, else of the listener or its Gateway, else null.
    @Nullable
    Attached of(ObjectKey route, @Nullable String rule, Parent parent) {
        return attachments.ofRuleAt(route, rule, parent);
    }

    @Nullable
    SecurityRule rule(@Nullable Attached attached) {
        if (attached instanceof Attached.Good(var object)
                && object.document() instanceof Document.SecurityPolicy policy
                && object.material() instanceof Material.KeySets keys) {
            return byPolicy.computeIfAbsent(object.key(), key -> PolicyMapping.security(policy, keys));
        }
        return null;
    }

    /// Who may ask for jobs on a listener: whom the Gateway's policy accepts, else whoever any policy of its routes
    /// could have identified when the job was submitted. Null where nothing authenticates.
    @Nullable
    SecurityRule forJobs(ObjectKey gateway, String listener, List<RouteCandidate> ofGateway) {
        Attached attached = attachments.ofListener(gateway, listener);
        return switch (attached) {
            case Attached.Good good -> rule(good);
            case Attached.Broken(var policy, var reason) -> nobody(policy);
            case null -> anyOf(gateway, ofGateway);
        };
    }

    private static SecurityRule nobody(ObjectKey policy) {
        return new SecurityRule(
                PolicyMapping.id(policy),
                PolicyMode.ENFORCE,
                List.of(),
                true,
                new AuthorizationRules(AuthorizationRule.Action.DENY, List.of()),
                new TenantRule.OfPrincipal());
    }

    private static @Nullable SecurityRule anyOf(ObjectKey gateway, List<RouteCandidate> candidates) {
        Set<SecurityRule> rules = new LinkedHashSet<>();
        boolean hasAnonymousJobs = false;
        for (RouteCandidate candidate : candidates) {
            SecurityRule rule = candidate.rule().security();
            OffloadRule offload = candidate.rule().offload();
            hasAnonymousJobs |= offload != null && offload.anonymousCapability();
            if (rule != null) {
                rules.add(rule);
            }
        }
        if (rules.isEmpty()) {
            return null;
        }
        Set<JwtProvider> providers = new LinkedHashSet<>();
        Set<TenantRule> tenants = new LinkedHashSet<>();
        rules.forEach(rule -> {
            providers.addAll(rule.providers());
            tenants.add(rule.tenantRule());
        });
        return new SecurityRule(
                PolicyMapping.id(gateway) + "/routes",
                PolicyMode.ENFORCE,
                new ArrayList<>(providers),
                hasAnonymousJobs,
                anyoneIdentified(rules, providers, hasAnonymousJobs),
                tenants.size() == 1 ? tenants.iterator().next() : new TenantRule.OfPrincipal());
    }

    /// Whoever holds a token of some provider, or a certificate where some route takes one alone. Anonymous callers
    /// only where jobs without identity exist, whose URL is their capability.
    private static AuthorizationRules anyoneIdentified(
            Set<SecurityRule> rules, Set<JwtProvider> providers, boolean hasAnonymousJobs) {
        List<AuthorizationRule> allowing = new ArrayList<>();
        for (JwtProvider provider : providers) {
            allowing.add(new AuthorizationRule(
                    provider.name(),
                    AuthorizationRule.Action.ALLOW,
                    new AuthorizationRule.TokenCondition(provider.name(), List.of(), List.of()),
                    null));
        }
        boolean takesCertificates = rules.stream()
                .anyMatch(rule ->
                        rule.providers().isEmpty() || rule.authorization().allowsByCertificate());
        if (takesCertificates) {
            allowing.add(new AuthorizationRule(
                    "certificate",
                    AuthorizationRule.Action.ALLOW,
                    null,
                    new AuthorizationRule.CertificateCondition(List.of(), List.of(), List.of())));
        }
        return new AuthorizationRules(
                hasAnonymousJobs ? AuthorizationRule.Action.ALLOW : AuthorizationRule.Action.DENY, allowing);
    }
}
