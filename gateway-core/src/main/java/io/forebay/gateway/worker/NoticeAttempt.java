package io.forebay.gateway.worker;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.StoreReport;
import io.forebay.gateway.webhook.WebhookCall;
import io.forebay.gateway.webhook.WebhookMessage;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.Lease;
import io.forebay.offload.Notice;
import io.forebay.offload.RouteIdentity;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.CallbackRule;
import io.forebay.policy.route.RouteRule;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One attempt to tell a caller how its job ended. It is signed as the rule of that job has it now. 2xx ends it; 410
/// says that nobody wants to hear of it any more; everything else is tried again. Owned by one event loop.
final class NoticeAttempt implements PushAttempt, WebhookCall.Listener {
    private static final System.Logger LOG = System.getLogger(NoticeAttempt.class.getName());
    private static final int GONE = 410;
    private static final byte[] NO_FIELDS = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final AttemptParts parts;
    private final LoopContext loop;
    private final Lease lease;
    private final Notice notice;
    private final QueuePolicy queue;
    private final Ended ended;
    private @Nullable WebhookCall call;
    private boolean isReported;

    NoticeAttempt(AttemptParts parts, LoopContext loop, Lease lease, Notice notice, QueuePolicy queue, Ended ended) {
        this.parts = parts;
        this.loop = loop;
        this.lease = lease;
        this.notice = notice;
        this.queue = queue;
        this.ended = ended;
    }

    /// Begins. Any thread.
    void start(PolicySnapshot snapshot) {
        loop.eventLoop().execute(() -> guardedSend(rule(snapshot, lease.job().route())));
    }

    private static @Nullable CallbackRule rule(PolicySnapshot snapshot, RouteIdentity route) {
        RouteRule rule = snapshot.rule(route.namespace() + "/" + route.name() + "/" + route.rule());
        return rule == null || rule.offload() == null ? null : rule.offload().callback();
    }

    /// Nobody else would end an attempt that an error has left.
    private void guardedSend(@Nullable CallbackRule rule) {
        try {
            send(rule);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the notice " + lease.job().id() + " could not be sent", e);
            failed("attempt-broken", false);
        }
    }

    private void send(@Nullable CallbackRule rule) {
        if (isReported) {
            return;
        }
        if (rule == null) {
            // As for a job whose rule is gone: it waits for the rule to come back.
            long delayMs = JobAttempt.givenBackDelayMs(lease.job(), System.currentTimeMillis());
            report(AttemptVerdict.SKIPPED, done -> parts.store().release(lease.key(), delayMs, done));
            return;
        }
        Optional<URI> url = rule.accepted(notice.url());
        if (url.isEmpty()) {
            failed("callback-not-allowed", true);
        } else {
            call = parts.webhooks()
                    .send(
                            loop,
                            url.get(),
                            WebhookMessage.of(lease.job().id(), notice, parts.jobsPath()),
                            rule,
                            queue.attemptTimeoutMs(),
                            this);
        }
    }

    @Override
    public void answered(int status, String retryAfter) {
        Answer answer = new Answer(status, NO_FIELDS, new byte[0]);
        if (status / 100 == 2) {
            report(AttemptVerdict.ANSWERED, done -> parts.store().complete(lease.key(), answer, done));
            return;
        }
        long retryAfterMs = RetryClass.retryAfterMs("retry-after: " + retryAfter, System.currentTimeMillis());
        Failure failure = new Failure("status-" + status, status != GONE, retryAfterMs, false, false, answer);
        report(AttemptVerdict.ANSWERED, done -> parts.store().fail(lease.key(), failure, done));
    }

    @Override
    public void failed(String reason, boolean isFinal) {
        Failure failure = isFinal ? Failure.fatal(reason, null) : Failure.retryable(reason);
        report(AttemptVerdict.FAILED, done -> parts.store().fail(lease.key(), failure, done));
    }

    private void report(AttemptVerdict verdict, Consumer<Completion<Job>> report) {
        if (!isReported) {
            isReported = true;
            StoreReport.send(loop, report, outcome -> ended.ended(this, verdict));
        }
    }

    @Override
    public void revoke() {
        loop.eventLoop().execute(() -> {
            if (!isReported) {
                isReported = true;
                if (call != null) {
                    call.cancel();
                }
                ended.ended(this, AttemptVerdict.FAILED);
            }
        });
    }
}
