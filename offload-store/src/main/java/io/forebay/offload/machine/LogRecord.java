package io.forebay.offload.machine;

import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.SpoolId;
import io.forebay.offload.timer.TimerKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A fact the owner decided. Replaying records on an index, in order, is the only way an index changes; writing
/// them is the only way the disk does. The last group concerns memory alone and leaves no trace on disk.
public sealed interface LogRecord {
    /// A job that was not there before, with the bytes that come with it.
    record JobCreated(StoredJob job, List<StoredBytes> stored) implements LogRecord {}

    /// The next version of a job.
    record JobChanged(StoredJob job, List<StoredBytes> stored) implements LogRecord {}

    /// More events of a job, which says how many there are now.
    record EventsAppended(StoredJob job, long atMs, List<JobEvent> events) implements LogRecord {}

    /// The job and everything it owns is gone.
    record JobErased(JobId job) implements LogRecord {}

    record KeyBound(IdemKey key, IdemEntry entry) implements LogRecord {}

    record KeyFreed(IdemKey key) implements LogRecord {}

    /// An ordering key has this head now, or, with `null`, no job at all.
    record LineMoved(LineKey key, @Nullable Line line) implements LogRecord {}

    /// A job that waits is in another queue now, with its bytes and under its id.
    record JobMoved(StoredJob job) implements LogRecord {}

    /// So much is taken of a limit key now, or, with `null`, nothing.
    record KeyUsed(LineKey key, @Nullable KeyUse use) implements LogRecord {}

    record QueueSet(QueueEntry queue) implements LogRecord {}

    record GenerationSet(long generation) implements LogRecord {}

    record TenantNamed(int id, String name) implements LogRecord {}

    /// A shard exists, and nothing of it stands at or before `cursor`.
    record ShardNoted(ShardKey key, long cursor) implements LogRecord {}

    /// A shard is empty and leaves memory.
    record ShardForgotten(ShardKey key) implements LogRecord {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Appended(String topic, int topicId, long offset, long atMs, byte[] bytes, byte[] hash)
            implements LogRecord {}

    record SweepSet(Sweep sweep) implements LogRecord {}

    record SweepEnded(int queueId) implements LogRecord {}

    /// Timers up to `reached` have fired; none that is set fires before `nextMs`.
    record TimersPassed(TimerKey reached, long nextMs) implements LogRecord {}

    /// Memory alone: a heartbeat.
    record LeaseMoved(JobId job, long untilMs) implements LogRecord {}

    /// Memory alone: a `Retry-After` holds the queue.
    record QueueGated(int queueId, long untilMs) implements LogRecord {}

    /// Memory alone: a reader's answer.
    record ShardRefilled(Refill refill) implements LogRecord {}

    /// Memory alone: a cached entry whose job cannot be read; it stays on disk for inspection.
    record EntryDropped(ShardKey key, long seq) implements LogRecord {}

    /// Memory alone: a file of the spool that came with a repeat, and that no job will have.
    record FileDropped(SpoolId file) implements LogRecord {}
}
