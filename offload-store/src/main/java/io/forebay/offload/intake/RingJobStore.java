package io.forebay.offload.intake;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Dedup;
import io.forebay.offload.Failure;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Idempotency;
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
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes commands to the ring. Hashes and checksums are made here, on the caller's thread; the writer only
/// decides.
final class RingJobStore implements JobStore {
    private static final int ENTRY_BYTES_MAX = 64 << 10;

    private final RingBuffer<CommandSlot> ring;
    private final IntakeBudget budget;
    private final Published published;
    private final StoreObserver observer;
    private volatile boolean closed;

    RingJobStore(RingBuffer<CommandSlot> ring, IntakeBudget budget, Published published, StoreObserver observer) {
        this.ring = ring;
        this.budget = budget;
        this.published = published;
        this.observer = observer;
    }

    @Override
    public void submit(Submission submission, Completion<Submitted> completion) {
        StoreRefusal tooLarge = tooLarge(submission);
        if (tooLarge != null) {
            refuse(completion, tooLarge);
        } else {
            publish(command(submission), completion, submission.memoryBytes(), false);
        }
    }

    @Override
    public void submitAll(List<Submission> submissions, Completion<List<Submitted>> completion) {
        long bytes = 0;
        List<Command.Submit> items = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            StoreRefusal tooLarge = tooLarge(submission);
            if (tooLarge != null) {
                refuse(completion, new StoreRefusal.OfItem(items.size(), tooLarge));
                return;
            }
            bytes += submission.payloadBytes();
            items.add(command(submission));
        }
        if (items.isEmpty() || items.size() > BATCH_JOBS_MAX || bytes > BATCH_BYTES_MAX) {
            throw new IllegalArgumentException("a batch of " + items.size() + " jobs, " + bytes + " bytes");
        }
        publish(new Command.SubmitAll(items, null), completion, (int) bytes, false);
    }

    @Override
    public void handOver(HandOver handOver, Completion<HandedOver> completion) {
        Submission submission = handOver.submission();
        StoreRefusal tooLarge = tooLarge(submission);
        if (tooLarge != null) {
            refuse(completion, tooLarge);
        } else {
            Command command = new Command.BeginRunning(handOver, command(submission));
            publish(command, completion, submission.memoryBytes(), false);
        }
    }

    private static Command.Submit command(Submission submission) {
        Idempotency idempotency = submission.idempotency();
        Dedup dedup = submission.dedup();
        String orderingKey = submission.timing().orderingKey();
        String limitKey = submission.timing().limitKey();
        return new Command.Submit(
                submission,
                idempotency == null ? null : claim(idempotency.scope(), idempotency.key()),
                dedup == null ? null : claim(dedupScope(submission), dedup.key()),
                orderingKey == null ? 0 : digest(orderingKey).getLong(),
                limitKey == null ? null : digest(limitKey).getLong(),
                Payload.ofRequest(submission.requestHead(), submission.requestBody()),
                false);
    }

    private static @Nullable StoreRefusal tooLarge(Submission submission) {
        return tooLarge(submission.requestHead(), submission.requestBody());
    }

    private static @Nullable StoreRefusal tooLarge(@Nullable Answer answer) {
        return answer == null ? null : tooLarge(answer.head(), answer.body());
    }

    private static @Nullable StoreRefusal tooLarge(byte[] head, Content body) {
        if (body.memoryBytes() > Content.IN_MEMORY_BYTES_MAX) {
            return new StoreRefusal.PayloadTooLarge(body.bytes(), Content.IN_MEMORY_BYTES_MAX);
        }
        return head.length > Submission.HEAD_BYTES_MAX
                ? new StoreRefusal.PayloadTooLarge(head.length, Submission.HEAD_BYTES_MAX)
                : null;
    }

    /// No scope of an idempotency key begins like that.
    private static String dedupScope(Submission submission) {
        return "dedup\n" + submission.queue() + "\n" + submission.caller().tenant();
    }

    private static IdemKey claim(String scopeText, String keyText) {
        ByteBuffer scope = digest(scopeText);
        ByteBuffer key = digest(keyText);
        return new IdemKey(scope.getLong(), scope.getLong(), key.getLong(), key.getLong());
    }

    private static ByteBuffer digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public void lease(LeaseRequest request, Completion<LeaseBatch> completion) {
        publish(new Command.TakeLeases(request, List.of()), completion, 0, false);
    }

    @Override
    public void heartbeat(LeaseKey lease, long termMs, Completion<Long> completion) {
        publish(new Command.Heartbeat(lease, termMs), completion, 0, true);
    }

    @Override
    public void emit(LeaseKey lease, int after, List<JobEvent> events, Completion<Integer> completion) {
        int bytes = events.stream().mapToInt(JobEvent::bytes).sum();
        if (bytes > JobEvent.AT_ONCE_BYTES_MAX || events.size() > JobEvent.AT_ONCE_MAX) {
            refuse(completion, new StoreRefusal.PayloadTooLarge(bytes, JobEvent.AT_ONCE_BYTES_MAX));
            return;
        }
        publish(new Command.Emit(lease, after, events, false), completion, bytes, false);
    }

    @Override
    public void complete(LeaseKey lease, Answer answer, Completion<Job> completion) {
        StoreRefusal tooLarge = tooLarge(answer);
        if (tooLarge != null) {
            refuse(completion, tooLarge);
            return;
        }
        publish(new Command.Complete(lease, answer), completion, answer.memoryBytes(), true);
    }

    @Override
    public void fail(LeaseKey lease, Failure failure, Completion<Job> completion) {
        StoreRefusal tooLarge = tooLarge(failure.answer());
        if (tooLarge != null) {
            refuse(completion, tooLarge);
            return;
        }
        Answer answer = failure.answer();
        publish(new Command.Fail(lease, failure), completion, answer == null ? 0 : answer.memoryBytes(), true);
    }

    @Override
    public void release(LeaseKey lease, long delayMs, Completion<Job> completion) {
        publish(new Command.Release(lease, delayMs), completion, 0, true);
    }

    @Override
    public void withdraw(LeaseKey lease, Completion<Job> completion) {
        publish(new Command.Withdraw(lease), completion, 0, true);
    }

    @Override
    public void cancel(JobId id, Completion<Job> completion) {
        publish(new Command.Cancel(id), completion, 0, true);
    }

    @Override
    public void redrive(JobId id, Completion<Job> completion) {
        publish(new Command.Redrive(id), completion, 0, false);
    }

    @Override
    public void operate(String queue, QueueOperation operation, Completion<Long> completion) {
        if (operation.action() == QueueOperation.Action.MOVE && operation.to() == null) {
            throw new IllegalArgumentException("nobody knows where to move the jobs of " + queue);
        }
        publish(new Command.Operate(queue, operation), completion, 0, true);
    }

    @Override
    public void stopOperation(String queue, Completion<Long> completion) {
        publish(new Command.StopOperation(queue), completion, 0, true);
    }

    @Override
    public void pause(String queue, Pause.Side side, String reason, long untilMs, Completion<Long> completion) {
        publish(new Command.PauseQueue(queue, side, reason, untilMs), completion, 0, true);
    }

    @Override
    public void resume(String queue, Pause.Side side, Completion<Long> completion) {
        publish(new Command.ResumeQueue(queue, side), completion, 0, true);
    }

    @Override
    public void configure(Map<String, QueueSettings> queues, long generation, Completion<Long> completion) {
        publish(new Command.Configure(Map.copyOf(queues), generation), completion, 0, true);
    }

    @Override
    public void append(String topic, byte[] entry, Completion<Long> completion) {
        if (entry.length > ENTRY_BYTES_MAX) {
            refuse(completion, new StoreRefusal.PayloadTooLarge(entry.length, ENTRY_BYTES_MAX));
            return;
        }
        publish(new Command.Append(topic, entry), completion, entry.length, true);
    }

    private void publish(Command command, Completion<?> completion, int bytes, boolean mayUseReserve) {
        if (closed || published.condition() == StoreHealth.Condition.CLOSED) {
            refuse(completion, new StoreRefusal.Unavailable(published.detail()));
            return;
        }
        if (!mayUseReserve && !budget.admits(ring.remainingCapacity(), ring.getBufferSize())) {
            refuse(completion, new StoreRefusal.Busy("ring"));
            return;
        }
        if (!budget.tryTake(bytes, mayUseReserve)) {
            refuse(completion, new StoreRefusal.IntakePaused(budget.bytesMax()));
            return;
        }
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException full) {
            budget.giveBack(bytes);
            refuse(completion, new StoreRefusal.Busy("ring"));
            return;
        }
        ring.get(sequence).fill(command, completion, bytes);
        ring.publish(sequence);
    }

    private void refuse(Completion<?> completion, StoreRefusal refusal) {
        observer.refused(refusal);
        Answers.give(completion, Outcome.refused(refusal));
    }

    /// Takes no more commands and tells the writer so; it may wait for a place in the ring.
    void stop() {
        closed = true;
        long sequence = ring.next();
        ring.get(sequence).fill(null, null, 0);
        ring.publish(sequence);
    }
}
