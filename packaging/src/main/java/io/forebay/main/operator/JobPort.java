package io.forebay.main.operator;

import static io.forebay.main.operator.QueuePort.instant;

import io.forebay.admin.JobAdmin;
import io.forebay.admin.Reply;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The jobs of the store.
public final class JobPort implements JobAdmin {
    private final JobStore store;
    private final JobReader reader;

    public JobPort(JobStore store, JobReader reader) {
        this.store = store;
        this.reader = reader;
    }

    @Override
    public Reply<Page> list(Query query) {
        if (!reader.queues().containsKey(query.queue())) {
            return Reply.missing();
        }
        try {
            return StoreReplies.<JobPage, Page>ask(
                    completion -> reader.list(
                            query.queue(),
                            JobState.valueOf(query.state().name()),
                            query.after(),
                            query.limit(),
                            completion),
                    page -> Reply.done(
                            new Page(page.jobs().stream().map(JobPort::job).toList(), page.next())));
        } catch (IllegalArgumentException e) {
            return new Reply.Invalid<>("bad-cursor", "the cursor is none that was given out");
        }
    }

    @Override
    public Reply<Job> job(String id) {
        return withId(
                id,
                known -> StoreReplies.<io.forebay.offload.Job, Job>ask(
                        completion -> reader.job(known, completion), found -> Reply.done(job(found))));
    }

    @Override
    public Reply<Job> cancel(String id) {
        return withId(
                id,
                known -> StoreReplies.<io.forebay.offload.Job, Job>ask(
                        completion -> store.cancel(known, completion), canceled -> Reply.done(job(canceled))));
    }

    @Override
    public Reply<Job> redrive(String id) {
        return withId(
                id,
                known -> StoreReplies.<io.forebay.offload.Job, Job>ask(
                        completion -> store.redrive(known, completion), redriven -> Reply.done(job(redriven))));
    }

    private static Reply<Job> withId(String text, Function<JobId, Reply<Job>> call) {
        Optional<JobId> id = JobId.parse(text);
        return id.isEmpty() ? Reply.missing() : call.apply(id.get());
    }

    private static Job job(io.forebay.offload.Job job) {
        return new Job(
                job.id().text(),
                job.version(),
                job.queue(),
                State.valueOf(job.state().name()),
                job.reason(),
                job.attempts().made(),
                job.attempts().crashes(),
                job.priority(),
                job.route().namespace() + "/" + job.route().name() + "/"
                        + job.route().rule(),
                job.caller().tenant(),
                job.caller().principal(),
                job.answerStatus(),
                job.traceId(),
                times(job.times()),
                text(job.redriveOf()),
                text(job.redrivenAs()));
    }

    private static Times times(io.forebay.offload.Job.Times times) {
        return new Times(
                Instant.ofEpochMilli(times.createdMs()),
                Instant.ofEpochMilli(times.changedMs()),
                instant(times.startedMs()),
                instant(times.finishedMs()),
                instant(times.nextAttemptMs()),
                instant(times.deadlineMs()),
                instant(times.expiresMs()));
    }

    private static @Nullable String text(@Nullable JobId id) {
        return id == null ? null : id.text();
    }
}
