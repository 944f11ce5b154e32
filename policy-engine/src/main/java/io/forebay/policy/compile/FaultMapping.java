package io.forebay.policy.compile;

import io.forebay.policy.PolicyMode;
import io.forebay.policy.document.BackendTrafficPolicySpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.route.FaultInjection;
import org.jspecify.annotations.Nullable;

/// The `faultInjection` of a checked BackendTrafficPolicy, with Envoy Gateway's defaults.
final class FaultMapping {
    private static final double PERCENT = 100;

    private FaultMapping() {}

    static @Nullable FaultInjection faults(Document.BackendTrafficPolicy policy) {
        BackendTrafficPolicySpec.FaultInjection faults = policy.spec().faultInjection();
        PolicyMode mode = PolicyMapping.mode(policy.spec().mode());
        if (faults == null || mode == PolicyMode.OFF) {
            return null;
        }
        BackendTrafficPolicySpec.Delay delay = faults.delay();
        BackendTrafficPolicySpec.Abort abort = faults.abort();
        return new FaultInjection(
                mode,
                delay == null ? 0 : delay.fixedDelay().toNanos(),
                delay == null ? 0 : share(delay.percentage()),
                abort == null ? 0 : or0(abort.httpStatus()),
                abort == null ? 0 : or0(abort.grpcStatus()),
                abort == null ? 0 : share(abort.percentage()));
    }

    private static double share(@Nullable Double percentage) {
        return percentage == null ? 1 : percentage / PERCENT;
    }

    private static int or0(@Nullable Integer status) {
        return status == null ? 0 : status;
    }
}
