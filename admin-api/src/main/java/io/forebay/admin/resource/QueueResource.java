package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.QueueAdmin.Queue;
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
import java.util.Set;
import java.util.function.Function;
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
                Operation.post("/api/v1/queues/{name}/pause", call -> change(call, "queue.pause", queues::pause)),
                Operation.post("/api/v1/queues/{name}/resume", call -> change(call, "queue.resume", queues::resume)));
    }

    /// A page of queues, by name.
    record QueuesDocument(
            List<QueueDocument> queues, @Nullable String next) {}

    /// One queue. Depth is scheduled plus queued; the age is that of the oldest job that may run now.
    record QueueDocument(
            String name,
            boolean paused,
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
            @Nullable Instant gatedUntil,
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

    private Answer change(Parameters parameters, String action, Function<String, Reply<Queue>> port) {
        String name = parameters.name("name");
        return Answer.of(changes.make(parameters, action, name, () -> port.apply(name)), "queue", this::document);
    }

    private QueueDocument document(Queue queue) {
        Instant oldest = queue.oldestReadyAt();
        Rates perSecond = rates.of(queue.name());
        return new QueueDocument(
                queue.name(),
                queue.isPaused(),
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
                queue.gatedUntil(),
                perSecond == null
                        ? null
                        : new RatesDocument(
                                perSecond.submitted(), perSecond.started(), perSecond.succeeded(), perSecond.failed()));
    }

    private long ageMs(Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toMillis());
    }
}
