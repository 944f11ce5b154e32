package io.forebay.gateway.proxy;

import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.RequestHead;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.forebay.policy.route.RetryRule;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Whether one call that failed is made again, and when. A request that may have been processed is repeated only if its
/// method is idempotent (RFC 9110 section 9.2.2) or it bears an idempotency key, and never beyond the backend's budget
/// of retries. Owned by its call.
final class CallRetries {
    private @Nullable RetryRule rule;
    private @Nullable Future<?> next;
    private @Nullable ConcurrencyLimit budget;
    private int done;

    /// @param retryRule of the call, or null for one that is made once
    void begin(@Nullable RetryRule retryRule) {
        rule = retryRule;
        done = 0;
    }

    /// Whether the call might be made again.
    boolean isOn() {
        return rule != null;
    }

    /// Whether it was made again before.
    boolean isRetry() {
        return done > 0;
    }

    /// Whether an answer with this status counts as a failure.
    boolean retries(int status) {
        RetryRule asked = rule;
        return asked != null && asked.retries(status);
    }

    /// How long to wait before the next try.
    long delayNs(long random) {
        RetryRule asked = rule;
        return asked == null ? 0 : asked.delayNs(done, random);
    }

    /// Takes one more try out of the rule and the budget.
    ///
    /// @return false when there is none
    boolean take(UpstreamFailure.Repeat repeat, RequestHead head, ConcurrencyLimit limit) {
        RetryRule asked = rule;
        if (asked == null || done >= asked.attempts() || !mayRepeat(repeat, head)) {
            return false;
        }
        if (budget == null) {
            if (!limit.tryAcquire(BackendResource.RETRIES)) {
                return false;
            }
            budget = limit;
        }
        done++;
        return true;
    }

    private static boolean mayRepeat(UpstreamFailure.Repeat repeat, RequestHead head) {
        return switch (repeat) {
            case UNPROCESSED -> true;
            case MAYBE_PROCESSED -> head.isIdempotent() || head.text(KnownHeader.IDEMPOTENCY_KEY) != null;
            case NEVER -> false;
        };
    }

    /// Makes the next try after `delayNs`, unless the call ends before.
    void after(long delayNs, EventLoop loop, Runnable nextTry) {
        next = loop.schedule(nextTry, delayNs, TimeUnit.NANOSECONDS);
    }

    /// The call is over, or goes on as somebody's who does not want it made again.
    void end() {
        rule = null;
        Future<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
            next = null;
        }
        ConcurrencyLimit held = budget;
        if (held != null) {
            held.release(BackendResource.RETRIES);
            budget = null;
        }
    }
}
