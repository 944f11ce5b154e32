package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// Begins hand-overs of slow calls where their policy and their request allow it. Shared by all loops.
final class HandOvers {
    /// A request body longer than this is not kept beside its call.
    static final int KEPT_BODY_BYTES_MAX = 64 * 1024;

    private final Submissions submissions;
    private final RunningAttempts attempts;

    HandOvers(Submissions submissions, RunningAttempts attempts) {
        this.submissions = submissions;
        this.attempts = attempts;
    }

    /// The body is kept only for a job that may be attempted again.
    int keptBodyBytesMax(Exchange exchange) {
        QueuePolicy queue = queue(exchange);
        return queue != null && isRepeatable(exchange, queue) ? KEPT_BODY_BYTES_MAX : 0;
    }

    /// Hands the call over, or says on its answer why not.
    ///
    /// @param otherwise who hears of the call's failures as long as it is no job
    void begin(Exchange exchange, RunningCall call, CallListener otherwise) {
        OffloadRule rule = exchange.rule().offload();
        QueuePolicy queue = queue(exchange);
        if (rule == null || queue == null) {
            unavailable(exchange, "queue-missing");
            return;
        }
        if (!Submissions.mayEnqueue(exchange, rule)) {
            unavailable(exchange, Submissions.ENQUEUE_NOT_PERMITTED);
            return;
        }
        boolean isRepeatable = isRepeatable(exchange, queue);
        byte[] body = isRepeatable ? call.requestBody() : new byte[0];
        if (body == null) {
            unavailable(exchange, "request-too-large");
            return;
        }
        new HandOver(exchange, call, otherwise, submissions, attempts).begin(rule, queue, body, isRepeatable);
    }

    /// Tells a client whose call stays synchronous after all.
    static void unavailable(Exchange exchange, String reason) {
        exchange.answerLines().appendLine("forebay-offload", "unavailable; reason=" + reason);
    }

    /// Whether another attempt may follow one that a crash cut off.
    static boolean isRepeatable(Exchange exchange, QueuePolicy queue) {
        return exchange.head().isIdempotent() || queue.retry().onInterrupted() == QueuePolicy.OnInterrupted.RETRY;
    }

    private static @Nullable QueuePolicy queue(Exchange exchange) {
        OffloadRule rule = exchange.rule().offload();
        return rule == null ? null : exchange.snapshot().queue(rule.queue());
    }
}
