package io.forebay.gateway.offload;

import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.schema.QueueSchemas;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Validates the bodies of requests that are about to become jobs by the schemas of their queue: short ones on the
/// loop, the others, and those that turn out to take long, on threads of its own. As many as wait there may, no more:
/// then it is 503. A body that waits counts among those being collected. Shared by all loops.
final class BodyValidation implements AutoCloseable {
    /// Up to this length a body is validated on the loop.
    static final int ON_LOOP_BYTES_MAX = 16 << 10;

    private static final Logger LOG = System.getLogger(BodyValidation.class.getName());
    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
    private static final int THREADS = 2;
    private static final int WAITING_MAX = 64;
    private static final long IDLE_SECONDS = 30;

    private final Collecting collecting;
    private final ThreadPoolExecutor threads;

    BodyValidation(Collecting collecting) {
        this(collecting, THREADS, WAITING_MAX);
    }

    BodyValidation(Collecting collecting, int threads, int waitingMax) {
        this.collecting = collecting;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waitingMax), work -> {
                    Thread thread = new Thread(work, "schema-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
    }

    /// Goes on with `valid`, at once or later on the loop, if the body is; otherwise answers what it is not. On the
    /// loop.
    void check(PendingAnswer pending, QueueSchemas schemas, byte[] body, Runnable valid) {
        judge(pending, pending.exchange().head(), schemas, body, problem -> {
            if (problem == null) {
                valid.run();
            } else {
                pending.refuse(problem);
            }
        });
    }

    /// Tells `judged` what the body of a request with this head is refused with, or null: at once, or later on the loop
    /// if nothing was answered meanwhile. On the loop; the head is read at once.
    void judge(PendingAnswer pending, RequestHead head, QueueSchemas schemas, byte[] body, Judged judged) {
        HeaderName versionHeader = schemas.versionHeader();
        // What does not go on to whoever works on the job says nothing here either.
        String version =
                versionHeader == null || head.isForThisHop(versionHeader) ? null : head.headerText(versionHeader);
        String contentType = head.headerText(CONTENT_TYPE);
        boolean isShort = body.length <= ON_LOOP_BYTES_MAX;
        QueueSchemas.Outcome brief;
        try {
            brief = isShort ? schemas.briefly(version, contentType, body) : new QueueSchemas.Outcome.Unfinished();
        } catch (RuntimeException e) {
            judged.of(failed(e));
            return;
        }
        switch (brief) {
            case QueueSchemas.Outcome.Valid _ -> judged.of(null);
            case QueueSchemas.Outcome.Refused(Refusal refusal) -> judged.of(ProblemCatalog.of(refusal));
            case QueueSchemas.Outcome.Unfinished _ -> {
                if (collecting.tryTake(body.length)) {
                    enqueue(pending, body, () -> refusal(schemas, version, contentType, body), judged);
                } else {
                    judged.of(ProblemCatalog.of(new StoreRefusal.IntakePaused(collecting.bytesMax())));
                }
            }
        }
    }

    /// Hears what became of a judgement.
    @FunctionalInterface
    interface Judged {
        void of(@Nullable Problem problem);
    }

    private interface Judgement {
        @Nullable
        Problem problem();
    }

    private void enqueue(PendingAnswer pending, byte[] body, Judgement judgement, Judged judged) {
        try {
            threads.execute(() -> {
                Problem problem;
                try {
                    problem = judgement.problem();
                } catch (Throwable e) {
                    // Whatever it is, somebody waits for an answer.
                    problem = failed(e);
                }
                collecting.giveBack(body.length);
                tell(pending, problem, judged);
            });
        } catch (RejectedExecutionException full) {
            collecting.giveBack(body.length);
            judged.of(ProblemCatalog.validationBusy());
        }
    }

    private static void tell(PendingAnswer pending, @Nullable Problem problem, Judged judged) {
        try {
            pending.onLoop(() -> judged.of(problem));
        } catch (RejectedExecutionException ended) {
            // The loop has ended, and with it the connection.
            return;
        }
    }

    private static @Nullable Problem refusal(
            QueueSchemas schemas, @Nullable String version, @Nullable String contentType, byte[] body) {
        Refusal refusal = schemas.refusal(version, contentType, body);
        return refusal == null ? null : ProblemCatalog.of(refusal);
    }

    private static Problem failed(Throwable e) {
        LOG.log(Level.ERROR, "a body could not be validated", e);
        return Problem.of(ProblemType.INTERNAL, "validation-failed");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
