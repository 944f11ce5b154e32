package io.forebay.admin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The jobs: found one by one or by queue and state, canceled, redriven.
public interface JobAdmin {
    /// Jobs of one queue in one state, oldest change first. [Reply.Missing] if there is no such queue,
    /// [Reply.Invalid] if the cursor is not one that was given out.
    Reply<Page> list(Query query);

    /// [Reply.Missing] also for what is not the spelling of an id.
    Reply<Job> job(String id);

    /// Ends a job; canceling a canceled one is done at once. [Reply.Conflict] if it ended otherwise before.
    Reply<Job> cancel(String id);

    /// Submits a dead letter again; the value is the new job. [Reply.Conflict] if it cannot be.
    Reply<Job> redrive(String id);

    /// What is listed: jobs of one queue in one state, a page at a time.
    ///
    /// @param after the `next` of the page before, null to begin
    record Query(String queue, State state, @Nullable String after, int limit) {}

    /// Some of the jobs asked for.
    ///
    /// @param next begins the following page, null at the end
    record Page(List<Job> jobs, @Nullable String next) {
        public Page {
            jobs = List.copyOf(jobs);
        }
    }

    /// The states callers of the job interface see.
    enum State {
        SCHEDULED,
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELED,
        EXPIRED;

        /// The state as documents write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One job at one moment, without its bytes.
    ///
    /// @param version grows with each change
    /// @param reason why the state is what it is, empty when there is nothing to say
    /// @param answerStatus the upstream's status, 0 while there is no answer
    record Job(
            String id,
            long version,
            String queue,
            State state,
            String reason,
            int attempt,
            int crashes,
            int priority,
            String route,
            String tenant,
            String principal,
            int answerStatus,
            String traceId,
            Times times,
            @Nullable String redriveOf,
            @Nullable String redrivenAs) {}

    /// When things happened to a job, or will; null for never or not yet.
    record Times(
            Instant created,
            Instant changed,
            @Nullable Instant started,
            @Nullable Instant finished,
            @Nullable Instant nextAttempt,
            @Nullable Instant deadline,
            @Nullable Instant expires) {}
}
