package io.forebay.offload.intake;

import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.JobStore;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import java.util.List;
import java.util.Map;

/// The commands of a store that is not open yet: refused until it is. Any thread.
final class AwaitedJobs implements JobStore {
    private final Awaited<JobStore> store = new Awaited<>();

    void opened(JobStore opened) {
        store.opened(opened);
    }

    @Override
    public void submit(Submission submission, Completion<Submitted> completion) {
        store.ask(completion, to -> to.submit(submission, completion));
    }

    @Override
    public void submitAll(List<Submission> submissions, Completion<List<Submitted>> completion) {
        store.ask(completion, to -> to.submitAll(submissions, completion));
    }

    @Override
    public void handOver(HandOver handOver, Completion<HandedOver> completion) {
        store.ask(completion, to -> to.handOver(handOver, completion));
    }

    @Override
    public void lease(LeaseRequest request, Completion<LeaseBatch> completion) {
        store.ask(completion, to -> to.lease(request, completion));
    }

    @Override
    public void heartbeat(LeaseKey lease, long termMs, Completion<Long> completion) {
        store.ask(completion, to -> to.heartbeat(lease, termMs, completion));
    }

    @Override
    public void emit(LeaseKey lease, int after, List<JobEvent> events, Completion<Integer> completion) {
        store.ask(completion, to -> to.emit(lease, after, events, completion));
    }

    @Override
    public void complete(LeaseKey lease, Answer answer, Completion<Job> completion) {
        store.ask(completion, to -> to.complete(lease, answer, completion));
    }

    @Override
    public void fail(LeaseKey lease, Failure failure, Completion<Job> completion) {
        store.ask(completion, to -> to.fail(lease, failure, completion));
    }

    @Override
    public void release(LeaseKey lease, long delayMs, Completion<Job> completion) {
        store.ask(completion, to -> to.release(lease, delayMs, completion));
    }

    @Override
    public void withdraw(LeaseKey lease, Completion<Job> completion) {
        store.ask(completion, to -> to.withdraw(lease, completion));
    }

    @Override
    public void cancel(JobId id, Completion<Job> completion) {
        store.ask(completion, to -> to.cancel(id, completion));
    }

    @Override
    public void redrive(JobId id, Completion<Job> completion) {
        store.ask(completion, to -> to.redrive(id, completion));
    }

    @Override
    public void operate(String queue, QueueOperation operation, Completion<Long> completion) {
        store.ask(completion, to -> to.operate(queue, operation, completion));
    }

    @Override
    public void stopOperation(String queue, Completion<Long> completion) {
        store.ask(completion, to -> to.stopOperation(queue, completion));
    }

    @Override
    public void pause(String queue, Pause.Side side, String reason, long untilMs, Completion<Long> completion) {
        store.ask(completion, to -> to.pause(queue, side, reason, untilMs, completion));
    }

    @Override
    public void resume(String queue, Pause.Side side, Completion<Long> completion) {
        store.ask(completion, to -> to.resume(queue, side, completion));
    }

    @Override
    public void configure(Map<String, QueueSettings> queues, long generation, Completion<Long> completion) {
        store.ask(completion, to -> to.configure(queues, generation, completion));
    }

    @Override
    public void append(String topic, byte[] entry, Completion<Long> completion) {
        store.ask(completion, to -> to.append(topic, entry, completion));
    }
}
