package io.forebay.gateway.explain;

import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.offload.OffloadTrial;
import io.forebay.gateway.problem.Problem;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.Permit;
import io.forebay.policy.Principal;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.route.RouteRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would become of a request.
///
/// @param steps what each stage said, to the one that ended it
/// @param listener null where none was found
/// @param rule null where none was found, and for job endpoints
/// @param principal null where it did not come to that
/// @param permit null where it did not come to that
/// @param limits what it is counted against, whatever is left of each
public record Trial(
        List<Step> steps,
        @Nullable ListenerPolicy listener,
        @Nullable RouteRule rule,
        @Nullable Principal principal,
        @Nullable Permit permit,
        List<Counted> limits,
        End end) {
    public Trial {
        steps = List.copyOf(steps);
        limits = List.copyOf(limits);
    }

    /// What one stage said.
    ///
    /// @param shadow what a policy in shadow mode would have refused it with, or null
    public record Step(String stage, Said said, @Nullable String shadow) {
        public enum Said {
            PASSED,
            ANSWERED,
            REFUSED
        }
    }

    /// A limit, and whose requests it counts this one with.
    ///
    /// @param key empty for everybody's
    public record Counted(LimitRule limit, String key) {}

    /// How it ends.
    public sealed interface End {
        /// With a problem; of a head that is not HTTP too.
        record Refused(Problem problem) implements End {}

        /// The gateway answers by itself.
        ///
        /// @param location of a redirect, or null
        record Answered(int status, @Nullable String location) implements End {}

        /// The job endpoints answer: it depends on the job.
        record JobEndpoint() implements End {}

        /// It goes where the rule sends it.
        ///
        /// @param course without an OffloadPolicy in force, [OffloadTrial.Course.Forward]
        record Dispatched(OffloadTrial.Course course) implements End {}
    }

    static Trial malformed(Malformed reason, Problem problem) {
        return new Trial(
                List.of(new Step("Head " + reason.reason(), Step.Said.REFUSED, null)),
                null,
                null,
                null,
                null,
                List.of(),
                new End.Refused(problem));
    }
}
