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
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The commands of a store that is not open yet: refused until it is. Any thread.
final class AwaitedJobs implements JobStore {
    private volatile @Nullable JobStore opened;

    void opened(JobStore store) {
        opened = store;
    }

    private @Nullable JobStore target(Completion<?> completion) {
        JobStore store = opened;
        if (store == null) {
            completion.complete(Outcome.refused(AwaitedStore.NOT_OPEN));
        }
        return store;
    }

    @Override
    public void submit(Submission submission, Completion<Submitted> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.submit(submission, completion);
        }
    }

    @Override
    public void submitAll(List<Submission> submissions, Completion<List<Submitted>> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.submitAll(submissions, completion);
        }
    }

    @Override
    public void handOver(HandOver handOver, Completion<HandedOver> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.handOver(handOver, completion);
        }
    }

    @Override
    public void lease(LeaseRequest request, Completion<LeaseBatch> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.lease(request, completion);
        }
    }

    @Override
    public void heartbeat(LeaseKey lease, long termMs, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.heartbeat(lease, termMs, completion);
        }
    }

    @Override
    public void emit(LeaseKey lease, int after, List<JobEvent> events, Completion<Integer> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.emit(lease, after, events, completion);
        }
    }

    @Override
    public void complete(LeaseKey lease, Answer answer, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.complete(lease, answer, completion);
        }
    }

    @Override
    public void fail(LeaseKey lease, Failure failure, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.fail(lease, failure, completion);
        }
    }

    @Override
    public void release(LeaseKey lease, long delayMs, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.release(lease, delayMs, completion);
        }
    }

    @Override
    public void withdraw(LeaseKey lease, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.withdraw(lease, completion);
        }
    }

    @Override
    public void cancel(JobId id, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.cancel(id, completion);
        }
    }

    @Override
    public void redrive(JobId id, Completion<Job> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.redrive(id, completion);
        }
    }

    @Override
    public void operate(String queue, QueueOperation operation, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.operate(queue, operation, completion);
        }
    }

    @Override
    public void stopOperation(String queue, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.stopOperation(queue, completion);
        }
    }

    @Override
    public void pause(String queue, Pause.Side side, String reason, long untilMs, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.pause(queue, side, reason, untilMs, completion);
        }
    }

    @Override
    public void resume(String queue, Pause.Side side, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.resume(queue, side, completion);
        }
    }

    @Override
    public void configure(Map<String, QueueSettings> queues, long generation, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.configure(queues, generation, completion);
        }
    }

    @Override
    public void append(String topic, byte[] entry, Completion<Long> completion) {
        JobStore to = target(completion);
        if (to != null) {
            to.append(topic, entry, completion);
        }
    }
}
