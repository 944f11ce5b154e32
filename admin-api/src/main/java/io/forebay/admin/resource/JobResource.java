package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.JobAdmin;
import io.forebay.admin.JobAdmin.Job;
import io.forebay.admin.JobAdmin.State;
import io.forebay.admin.Reply;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `/api/v1/jobs`: by queue and state, or one; cancel and redrive.
final class JobResource {
    private final JobAdmin jobs;
    private final Changes changes;
    private final Deadline deadline;

    JobResource(JobAdmin jobs, Changes changes, Deadline deadline) {
        this.jobs = jobs;
        this.changes = changes;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("/api/v1/jobs", Set.of("queue", "state", "limit", "after"), this::list),
                Operation.get("/api/v1/jobs/{id}", Set.of(), this::one),
                Operation.post("/api/v1/jobs/{id}/cancel", Set.of(), call -> change(call, "job.cancel", jobs::cancel)),
                Operation.post(
                        "/api/v1/jobs/{id}/redrive", Set.of(), call -> change(call, "job.redrive", jobs::redrive)));
    }

    /// A page of jobs, oldest change first.
    record JobsDocument(List<JobDocument> jobs, @Nullable String next) {}

    /// One job. The reason is absent when there is nothing to say, the answer's status while there is no answer.
    record JobDocument(
            String id,
            long version,
            String queue,
            String state,
            @Nullable String reason,
            int attempt,
            int crashes,
            int priority,
            String route,
            String tenant,
            String principal,
            @Nullable Integer answerStatus,
            String traceId,
            Instant created,
            Instant changed,
            @Nullable Instant started,
            @Nullable Instant finished,
            @Nullable Instant nextAttempt,
            @Nullable Instant deadline,
            @Nullable Instant expires,
            @Nullable String redriveOf,
            @Nullable String redrivenAs) {}

    private Answer list(Parameters parameters) {
        JobAdmin.Query query = new JobAdmin.Query(
                parameters.requiredQuery("queue"),
                state(parameters.requiredQuery("state")),
                parameters.query("after").orElse(null),
                parameters.limit());
        return Answer.of(
                deadline.ask(() -> jobs.list(query)),
                "queue",
                page -> new JobsDocument(
                        page.jobs().stream().map(JobResource::document).toList(), page.next()));
    }

    private static State state(String word) {
        return Arrays.stream(State.values())
                .filter(state -> state.word().equals(word))
                .findAny()
                .orElseThrow(() -> Parameters.refused(
                        "bad-value",
                        "state must be one of "
                                + Arrays.stream(State.values()).map(State::word).collect(Collectors.joining(", "))));
    }

    private Answer one(Parameters parameters) {
        String id = parameters.name("id");
        return Answer.of(deadline.ask(() -> jobs.job(id)), "job", JobResource::document);
    }

    private Answer change(Parameters parameters, String action, Function<String, Reply<Job>> port) {
        String id = parameters.name("id");
        return Answer.of(changes.make(parameters, action, id, () -> port.apply(id)), "job", JobResource::document);
    }

    private static JobDocument document(Job job) {
        JobAdmin.Times times = job.times();
        return new JobDocument(
                job.id(),
                job.version(),
                job.queue(),
                job.state().word(),
                job.reason().isEmpty() ? null : job.reason(),
                job.attempt(),
                job.crashes(),
                job.priority(),
                job.route(),
                job.tenant(),
                job.principal(),
                job.answerStatus() == 0 ? null : job.answerStatus(),
                job.traceId(),
                times.created(),
                times.changed(),
                times.started(),
                times.finished(),
                times.nextAttempt(),
                times.deadline(),
                times.expires(),
                job.redriveOf(),
                job.redrivenAs());
    }
}
