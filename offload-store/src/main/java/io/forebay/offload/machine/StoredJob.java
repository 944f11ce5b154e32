package io.forebay.offload.machine;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;

/// A job as the store keeps it. Every other key that concerns it (ready, timer, order, index) can be computed from
/// it alone, which is what makes those keys safe to change: the difference between two versions of a job is the
/// difference of their keys.
public record StoredJob(JobId id, Origin origin, Progress progress, Alarms alarms, Payload payload) {
    public JobState state() {
        return progress.state();
    }

    public boolean isTerminal() {
        return progress.state().isTerminal();
    }

    public boolean isReady() {
        return progress.readySeq() != 0;
    }

    /// Waits behind another job of its ordering key.
    public boolean isInLine() {
        return progress.state() == JobState.QUEUED
                && progress.readySeq() == 0
                && alarms.retryAtMs() == 0
                && progress.slot() == Progress.OUTSIDE;
    }

    /// Waits for what its limit key allows.
    public boolean awaitsSlot() {
        return progress.slot() > 0;
    }

    /// Takes of what its limit key allows.
    boolean isInside() {
        return progress.slot() == Progress.INSIDE;
    }

    /// Since when a job that is ready waits for somebody to begin: for the first time since it was submitted, or
    /// since the time it was to wait for.
    public long waitingSinceMs() {
        return progress.epoch() == 0 ? Math.max(origin.createdMs(), origin.notBeforeMs()) : progress.changedMs();
    }

    /// Nobody has begun to work on it.
    boolean isUntouched() {
        return !isTerminal() && progress.epoch() == 0;
    }

    public StateClass stateClass() {
        boolean isSettled =
                progress.redrivenAs() != null || (progress.state() == JobState.FAILED && progress.payloadGone());
        return isSettled ? StateClass.SETTLED : StateClass.of(progress.state());
    }

    StoredJob with(Progress next) {
        return new StoredJob(id, origin, next, alarms, payload);
    }

    StoredJob with(Progress next, Alarms pending) {
        return new StoredJob(id, origin, next, pending, payload);
    }

    StoredJob with(Payload bytes) {
        return new StoredJob(id, origin, progress, alarms, bytes);
    }

    /// The job as callers see it.
    public Job toJob() {
        return new Job(
                id,
                progress.version(),
                progress.state(),
                progress.reason(),
                origin.queue(),
                origin.caller(),
                origin.route(),
                origin.priority(),
                origin.ordering() == null ? null : origin.ordering().key(),
                new Job.Attempts(progress.attempts(), progress.epoch(), progress.crashes()),
                times(),
                sizes(),
                progress.answerStatus(),
                origin.traceId(),
                origin.redriveOf(),
                progress.redrivenAs(),
                origin.notice(),
                progress.events().count(),
                progress.state() == JobState.RUNNING ? progress.events().progress() : null);
    }

    private Job.Times times() {
        return new Job.Times(
                origin.createdMs(),
                progress.changedMs(),
                progress.startedMs(),
                progress.finishedMs(),
                Math.max(alarms.delayAtMs(), alarms.retryAtMs()),
                origin.deadlineMs(),
                progress.expiresMs());
    }

    private Job.Sizes sizes() {
        return new Job.Sizes(
                (int) payload.requestHead().bytes(),
                payload.requestBody().bytes(),
                (int) payload.resultHead().bytes(),
                payload.resultBody().bytes(),
                progress.payloadGone());
    }
}
