package io.forebay.offload.machine;

import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What operators do to queues and topics.
final class QueueRules {
    private QueueRules() {}

    static Transition configure(JobIndex index, Command.Configure command, long nowMs) {
        if (command.generation() < index.generation()) {
            return Transition.refused(new StoreRefusal.OldGeneration(command.generation(), index.generation()));
        }
        Draft draft = new Draft(index, nowMs);
        int nextId = index.queues().size() + 1;
        for (Map.Entry<String, QueueSettings> named : command.queues().entrySet()) {
            QueueState queue = index.queue(named.getKey());
            QueueEntry entry = queue == null
                    ? new QueueEntry(nextId++, named.getKey(), named.getValue(), null, null, false)
                    : queue.entry().with(named.getValue(), false);
            if (queue == null || !queue.entry().equals(entry)) {
                draft.add(new LogRecord.QueueSet(entry));
            }
        }
        for (QueueState queue : index.queues()) {
            QueueEntry entry = queue.entry();
            if (!entry.orphaned() && !command.queues().containsKey(entry.name())) {
                draft.add(new LogRecord.QueueSet(entry.with(entry.settings(), true)));
            }
        }
        draft.add(new LogRecord.GenerationSet(command.generation()));
        return draft.done(command.generation());
    }

    static Transition pause(JobIndex index, Command.PauseQueue command, long nowMs) {
        return set(index, command.queue(), command.side(), new Pause(command.reason(), nowMs, command.untilMs()));
    }

    static Transition resume(JobIndex index, Command.ResumeQueue command) {
        return set(index, command.queue(), command.side(), null);
    }

    /// A pause that is repeated began when it first did.
    private static Transition set(JobIndex index, String name, Pause.Side side, @Nullable Pause pause) {
        QueueState queue = index.queue(name);
        if (queue == null) {
            return Transition.refused(new StoreRefusal.QueueMissing(name));
        }
        Pause before = queue.entry().pause(side);
        boolean isSame = pause == null
                ? before == null
                : before != null && before.reason().equals(pause.reason()) && before.untilMs() == pause.untilMs();
        List<LogRecord> records = isSame
                ? List.of()
                : List.of(new LogRecord.QueueSet(queue.entry().with(side, pause)));
        return Transition.done(records, queue.counters().depth());
    }

    static Transition append(JobIndex index, Command.Append command, long nowMs) {
        TopicHead head = index.topic(command.topic());
        if (head == null) {
            head = new TopicHead(index.topicCount() + 1, 0, new byte[TopicHead.HASH_BYTES]);
        }
        byte[] hash = chain(head.lastHash(), nowMs, command.entry());
        LogRecord appended = new LogRecord.Appended(
                command.topic(), head.topicId(), head.nextOffset(), nowMs, command.entry(), hash);
        return Transition.done(List.of(appended), head.nextOffset());
    }

    private static byte[] chain(byte[] before, long nowMs, byte[] entry) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(before);
            sha.update(ByteBuffer.allocate(Long.BYTES).putLong(nowMs).flip());
            return sha.digest(entry);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
