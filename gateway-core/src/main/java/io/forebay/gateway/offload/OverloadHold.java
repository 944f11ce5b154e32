package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.proxy.UnsentRequest;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.offload.OffloadRule;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Keeps a request as a job when its backend could not be asked: a limit is reached, every breaker is open, or every
/// endpoint refused the connection. Nothing of it was sent, so the job's first attempt is the first the upstream sees.
/// Where the request cannot be kept it is refused as it would have been without the policy. Called on the exchange's
/// loop; one serves all loops.
final class OverloadHold {
    private final Offloading offloading;

    OverloadHold(Offloading offloading) {
        this.offloading = offloading;
    }

    /// Whether the exchange is a job's now, or was refused as one and answered.
    boolean takes(Exchange exchange, UpstreamFailure failure, UnsentRequest unsent) {
        return takes(exchange, failure, unsent, offloading::submit);
    }

    /// The same, with somebody else to submit the request when it is whole.
    boolean takes(Exchange exchange, UpstreamFailure failure, UnsentRequest unsent, Offloading.Submit submit) {
        OffloadRule rule = exchange.rule().offload();
        if (rule == null || !holds(exchange, failure)) {
            return false;
        }
        WholeBody body = offloading.collect(exchange, rule, submit);
        keep(body, unsent);
        exchange.sendContinue();
        return true;
    }

    /// Whether the request would be kept, or refused as a job.
    boolean holds(Exchange exchange, UpstreamFailure failure) {
        OffloadRule rule = exchange.rule().offload();
        return rule != null
                && isOverload(failure)
                && rule.isHeldWhenOverloaded(exchange.head())
                && offloading.mayKeep(exchange, rule);
    }

    /// The exchange has been answered when there is no `body`.
    private static void keep(@Nullable WholeBody body, UnsentRequest unsent) {
        for (ByteBuf data : unsent.body()) {
            if (body != null) {
                body.onBody(data, data.readableBytes());
            }
            data.release();
        }
        if (body != null && unsent.isEnded()) {
            body.onBodyEnd(null);
        }
    }

    private static boolean isOverload(UpstreamFailure failure) {
        return failure instanceof UpstreamFailure.Unasked
                || failure instanceof UpstreamFailure.ConnectFailure
                || failure instanceof UpstreamFailure.SocketUnavailable;
    }
}
