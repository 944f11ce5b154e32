package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.FaultInjection;

/// Which calls a policy lets fail or wait on purpose. What is done is the exchange's reason, what a policy in
/// shadow mode would have done its shadow reason: both are counted and logged like those of refusals.
final class InjectedFaults {
    private static final String ABORTED = "fault-injected";
    private static final String DELAYED = "delay-injected";

    private InjectedFaults() {}

    /// Whether the call is answered instead of being made.
    static boolean isAborted(Exchange exchange, FaultInjection faults) {
        boolean isDrawn =
                faults.aborts(exchange.loop().nextRandom(), exchange.head().isGrpc());
        return isDrawn && isDone(exchange, faults, ABORTED);
    }

    /// How long the call waits before it is made, or 0.
    static long delayNs(Exchange exchange, FaultInjection faults) {
        boolean isDrawn = faults.delays(exchange.loop().nextRandom());
        return isDrawn && isDone(exchange, faults, DELAYED) ? faults.delayNs() : 0;
    }

    private static boolean isDone(Exchange exchange, FaultInjection faults, String reason) {
        if (faults.mode() == PolicyMode.SHADOW) {
            exchange.wouldRefuse(reason);
            return false;
        }
        exchange.because(reason);
        return true;
    }
}
