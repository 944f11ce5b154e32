package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.QueueAdmin.Pause;
import io.forebay.admin.QueueAdmin.Progress;
import io.forebay.admin.QueueAdmin.Queue;
import io.forebay.admin.QueueAdmin.Side;
import io.forebay.admin.Reply;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import io.forebay.admin.insight.QueueRates;
import io.forebay.admin.insight.Rates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `/api/v1/queues`: how full, how old, how fast; pause and resume.
final class QueueResource {
    private final QueueAdmin queues;
    private final QueueRates rates;
    private final Changes changes;
    private final Deadline deadline;
    private final InstantSource clock;

    QueueResource(QueueAdmin queues, QueueRates rates, Changes changes, Deadline deadline, InstantSource clock) {
        this.queues = queues;
        this.rates = rates;
        this.changes = changes;
        this.deadline = deadline;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("/api/v1/queues", Set.of("limit", "after"), this::list),
                Operation.get("/api/v1/queues/{name}", Set.of(), this::one),
                Operation.post("/api/v1/queues/{name}/pause", Set.of("side", "until"), this::pause),
                Operation.post("/api/v1/queues/{name}/resume", Set.of("side"), this::resume));
    }

    /// A page of queues, by name.
    record QueuesDocument(
            List<QueueDocument> queues, @Nullable String next) {}

    /// Why one side of a queue stands still, and until when; without an end until somebody resumes it.
    record PauseDocument(
            String reason, Instant since, @Nullable Instant until) {}

    /// An operation on many jobs of a queue, and how far it is.
    record ProgressDocument(
            String action, Instant started, @Nullable Integer perSecond, long looked, long done) {}

    /// One queue. Depth is scheduled plus queued; the age is how long the job waits that waits longest of those that
    /// may run now. It is late if that is longer than `maxWait`.
    record QueueDocument(
            String name,
            boolean paused,
            @Nullable PauseDocument dispatchPause,
            @Nullable PauseDocument intakePause,
            boolean orphaned,
            long depth,
            long depthMax,
            long scheduled,
            long queued,
            long running,
            int concurrency,
            long deadLetters,
            long waitingBytes,
            @Nullable Long oldestAgeMs,
            @Nullable Long maxWaitMs,
            boolean late,
            @Nullable Instant gatedUntil,
            @Nullable ProgressDocument operation,
            @Nullable RatesDocument perSecond) {}

    /// Jobs a second over the last minute; absent until there were two samples.
    record RatesDocument(double submitted, double started, double succeeded, double failed) {}

    private Answer list(Parameters parameters) {
        List<Queue> all = Answer.value(deadline.ask(queues::queues), "queue");
        Pages.Page<Queue> page = Pages.of(all, Queue::name, parameters.query("after"), parameters.limit());
        return Answer.of(
                new QueuesDocument(page.things().stream().map(this::document).toList(), page.next()));
    }

    private Answer one(Parameters parameters) {
        String name = parameters.name("name");
        return Answer.of(deadline.ask(() -> queues.queue(name)), "queue", this::document);
    }

    /// Dispatch stands still unless the call says `side=intake`.
    private Answer pause(Parameters parameters) {
        Side side = parameters.query("side").map(QueueResource::side).orElse(Side.DISPATCH);
        Instant until = parameters.time("until").orElse(null);
        if (until != null && !until.isAfter(clock.instant())) {
            throw Parameters.refused("bad-value", "until must be in the future");
        }
        String reason = parameters.changeReason();
        return change(
                parameters,
                "queue.pause",
                until == null ? word(side) : word(side) + " until " + until,
                name -> queues.pause(name, side, reason == null ? "" : reason, until));
    }

    /// Both sides go on unless the call names one.
    private Answer resume(Parameters parameters) {
        List<Side> sides = parameters
                .query("side")
                .map(QueueResource::side)
                .map(List::of)
                .orElseGet(() -> List.of(Side.INTAKE, Side.DISPATCH));
        String words = sides.stream().map(QueueResource::word).collect(Collectors.joining(" and "));
        return change(parameters, "queue.resume", words, name -> {
            Reply<Queue> last = Reply.missing();
            for (Side side : sides) {
                last = queues.resume(name, side);
                if (!(last instanceof Reply.Done<Queue>)) {
                    return last;
                }
            }
            return last;
        });
    }

    private static Side side(String word) {
        return switch (word) {
            case "dispatch" -> Side.DISPATCH;
            case "intake" -> Side.INTAKE;
            default -> throw Parameters.refused("bad-value", "side must be dispatch or intake");
        };
    }

    private static String word(Side side) {
        return side.name().toLowerCase(Locale.ROOT);
    }

    private Answer change(Parameters parameters, String action, String what, Function<String, Reply<Queue>> port) {
        String name = parameters.name("name");
        return Answer.of(
                changes.make(parameters, action, name + " " + what, () -> port.apply(name)), "queue", this::document);
    }

    private QueueDocument document(Queue queue) {
        Instant oldest = queue.oldestReadyAt();
        Duration maxWait = queue.maxWait();
        Rates perSecond = rates.of(queue.name());
        return new QueueDocument(
                queue.name(),
                queue.dispatchPause() != null,
                document(queue.dispatchPause()),
                document(queue.intakePause()),
                queue.isOrphaned(),
                queue.depth(),
                queue.depthMax(),
                queue.scheduled(),
                queue.queued(),
                queue.running(),
                queue.concurrency(),
                queue.deadLetters(),
                queue.waitingBytes(),
                oldest == null ? null : ageMs(oldest),
                maxWait == null ? null : maxWait.toMillis(),
                queue.isLate(clock.instant()),
                queue.gatedUntil(),
                document(queue.operation()),
                perSecond == null
                        ? null
                        : new RatesDocument(
                                perSecond.submitted(), perSecond.started(), perSecond.succeeded(), perSecond.failed()));
    }

    private static @Nullable PauseDocument document(@Nullable Pause pause) {
        return pause == null ? null : new PauseDocument(pause.reason(), pause.since(), pause.until());
    }

    private static @Nullable ProgressDocument document(@Nullable Progress progress) {
        return progress == null
                ? null
                : new ProgressDocument(
                        progress.action().word(),
                        progress.started(),
                        progress.perSecond() == 0 ? null : progress.perSecond(),
                        progress.looked(),
                        progress.done());
    }

    private long ageMs(Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toMillis());
    }
}
