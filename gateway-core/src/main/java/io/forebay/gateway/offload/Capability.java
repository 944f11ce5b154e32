package io.forebay.gateway.offload;

import io.forebay.offload.Caller;
import io.forebay.offload.Job;
import io.forebay.offload.RouteIdentity;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.Principal;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteRule;

/// Jobs submitted without identity, which whoever knows their URL may read where their OffloadPolicy says so.
///
/// Such a job keeps the promise in the place of the provider that would have vouched for its owner, so that it outlives
/// the policy that gave it; while the policy is there, its present word counts.
final class Capability {
    private static final String PROMISED = "capability";

    private Capability() {}

    /// What vouches for the owner of a job that is submitted now.
    static String voucher(Principal principal, OffloadRule rule) {
        String provider = principal.provider();
        if (provider != null) {
            return provider;
        }
        return principal.kind() == Principal.Kind.ANONYMOUS && rule.anonymousCapability() ? PROMISED : "";
    }

    /// Whether the job belongs to nobody.
    static boolean isOfNobody(Job job) {
        return job.caller().principal().equals(Principal.ANONYMOUS.identity());
    }

    /// Whether the URL of a job that belongs to nobody opens it.
    static boolean opens(Job job, PolicySnapshot policy) {
        RouteIdentity route = job.route();
        RouteRule rule = policy.rule(route.namespace() + "/" + route.name() + "/" + route.rule());
        OffloadRule offload = rule == null ? null : rule.offload();
        Caller caller = job.caller();
        return offload == null ? caller.provider().equals(PROMISED) : offload.anonymousCapability();
    }
}
