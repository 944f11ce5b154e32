package io.forebay.offload;

import java.util.List;
import java.util.Map;

/// Changes jobs, durably. Any thread may call any method: it publishes a command to the ring of the one
/// `store-writer` and returns without waiting. The completion runs once, after the commit that holds the change is
/// synced; if the ring, the intake budget or the disk has no room, it runs at once on the calling thread with the
/// refusal. The last quarter of the ring and of the budget is kept from submits and events: [#complete], [#fail],
/// [#heartbeat], [#release] and [#withdraw] may use that rest, and when even it is full the caller keeps the
/// completion and offers it again.
public interface JobStore {
    int BATCH_JOBS_MAX = 500;
    int BATCH_BYTES_MAX = 4 << 20;

    /// Accepts a job, or finds the one its idempotency key or id already names.
    void submit(Submission submission, Completion<Submitted> completion);

    /// Accepts all of these jobs of one queue in one commit, or none: [StoreRefusal.OfItem] says which one was in the
    /// way. One that its idempotency key or id already names is found. At most [#BATCH_JOBS_MAX], and
    /// [#BATCH_BYTES_MAX] of heads and bodies, which are all in memory. The value is in their order.
    void submitAll(List<Submission> submissions, Completion<List<Submitted>> completion);

    /// Accepts a call that is under way as a job that is running, under the same limits as [#submit].
    void handOver(HandOver handOver, Completion<HandedOver> completion);

    /// Takes up to `max` jobs. An empty batch means none may run now: wait for [StoreListener#ready].
    void lease(LeaseRequest request, Completion<LeaseBatch> completion);

    /// Moves the end of a lease to now + `termMs`, or as far as the term goes for which it was given. The value is
    /// the new end.
    void heartbeat(LeaseKey lease, long termMs, Completion<Long> completion);

    /// Keeps what the worker of a running job has to say, at most [JobEvent#AT_ONCE_MAX] events and
    /// [JobEvent#AT_ONCE_BYTES_MAX] bytes. The value is the number of the job's events, with these. `after` says
    /// how many there are before them, so that the same events offered again are not kept twice; -1 where that is
    /// no matter.
    void emit(LeaseKey lease, int after, List<JobEvent> events, Completion<Integer> completion);

    /// Ends the job as succeeded with this answer.
    void complete(LeaseKey lease, Answer answer, Completion<Job> completion);

    /// Ends the attempt: the job waits for its next one, or ends as failed.
    void fail(LeaseKey lease, Failure failure, Completion<Job> completion);

    /// Gives the job back unharmed, to run again after `delayMs`; the attempt does not count.
    void release(LeaseKey lease, long delayMs, Completion<Job> completion);

    /// Takes a call back that was handed over ([#handOver]) and then turned out not to have been made: its job is
    /// gone and its idempotency key free again. For those who told nobody of the job; the value shows it as it was.
    void withdraw(LeaseKey lease, Completion<Job> completion);

    /// Ends the job as canceled, whatever it was doing; a running one's lease dies with it and the listener hears
    /// of it. Canceling a canceled job is done at once.
    void cancel(JobId id, Completion<Job> completion);

    /// Submits a dead letter again, as a new job that the value shows; the old one stays failed and names the new
    /// one. Redriving twice finds the first new job.
    void redrive(JobId id, Completion<Job> completion);

    /// Does something to many jobs of a queue, in bounded steps that survive a restart. The value is the number of jobs
    /// that will be looked at; [QueueStats#operation] tells how far it is. One at a time a queue; the same again is
    /// done at once.
    void operate(String queue, QueueOperation operation, Completion<Long> completion);

    /// Ends the operation under way, if there is one; what was done stays. The value is to how many jobs.
    void stopOperation(String queue, Completion<Long> completion);

    /// Stops one side of a queue. With the intake stopped, what repeats an earlier submission is still found.
    ///
    /// @param untilMs when it ends by itself, 0 for never
    void pause(String queue, Pause.Side side, String reason, long untilMs, Completion<Long> completion);

    void resume(String queue, Pause.Side side, Completion<Long> completion);

    /// Sets the queues as a policy generation names them. Queues it no longer names are orphaned: no submits, no
    /// leases; their jobs stay visible. The value is the committed generation.
    void configure(Map<String, QueueSettings> queues, long generation, Completion<Long> completion);

    /// Appends to an internal topic (`audit`); the value is the entry's offset. At most 64 KiB.
    void append(String topic, byte[] entry, Completion<Long> completion);
}
