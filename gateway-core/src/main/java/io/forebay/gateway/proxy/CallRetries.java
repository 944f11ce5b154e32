package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
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
    /// No other try.
    static final long NONE = -1;

    /// An upstream that wants to be left alone for longer gets no other try; its answer goes to the client.
    private static final long RETRY_AFTER_MAX_NS = TimeUnit.SECONDS.toNanos(10);

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

    /// Takes one more try out of the rule, the budget and the call's time.
    ///
    /// @param notBeforeNs how long the upstream has asked to be left alone
    /// @return how long to wait before it, in nanoseconds; [#NONE] when there is none
    long take(
            UpstreamFailure.Repeat repeat, Exchange asked, CallTimes times, ConcurrencyLimit limit, long notBeforeNs) {
        RetryRule asksFor = rule;
        if (asksFor == null || notBeforeNs > RETRY_AFTER_MAX_NS) {
            return NONE;
        }
        long delayNs = Math.max(notBeforeNs, asksFor.delayNs(done, asked.loop().nextRandom()));
        boolean isAllowed = done < asksFor.attempts() && mayRepeat(repeat, asked.head());
        if (!isAllowed || !times.isLeft(asked, System.nanoTime(), delayNs) || !isWithin(limit)) {
            return NONE;
        }
        done++;
        return delayNs;
    }

    private boolean isWithin(ConcurrencyLimit limit) {
        if (budget == null && limit.tryAcquire(BackendResource.RETRIES)) {
            budget = limit;
        }
        return budget != null;
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
