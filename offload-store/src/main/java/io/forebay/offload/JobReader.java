package io.forebay.offload;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks at committed jobs without touching the writer. Reads that need the disk run on `store-reader-n` and
/// complete there; when their queue is full the refusal is [StoreRefusal.Busy], at once, on the calling thread.
/// [#queues()] and [#health()] answer from memory.
public interface JobReader {
    void job(JobId id, Completion<Job> completion);

    /// The whole requests of these jobs, in their order; `null` where it is longer than 2 KiB, has gone or cannot be
    /// read, which [#payload] and [#part] tell apart.
    void requests(List<JobId> ids, Completion<List<@Nullable RequestBytes>> completion);

    /// One part of a job's bytes, checked against the checksum taken when it was stored. A part that was never
    /// there is empty; one deleted by retention is [StoreRefusal.PayloadGone].
    /// Parts in the spool are [StoreRefusal.PayloadTooLarge]: read them with [#part].
    void payload(JobId id, PayloadPart part, Completion<byte[]> completion);

    /// The same, to be read piece by piece however long it is.
    void part(JobId id, PayloadPart part, Completion<StoredPart> completion);

    /// Events of a job from number `from` on: up to `limit`, and about 64 KiB. None if there are no more yet; once they
    /// are deleted by retention, [StoreRefusal.PayloadGone].
    void events(JobId id, int from, int limit, Completion<EventPage> completion);

    /// Jobs of one queue in one state, oldest change first. `cursor` is the last page's `next`, or `null` to begin;
    /// text that is no cursor of this list fails at once with [IllegalArgumentException].
    void list(String queue, JobState state, @Nullable String cursor, int limit, Completion<JobPage> completion);

    /// How many jobs an operation would be done to now. Looks at 10,000 at most.
    void count(String queue, QueueOperation operation, Completion<JobCount> completion);

    /// How many ready jobs of the same queue, tenant and priority stand before this one; exact up to 1,000, which
    /// then means "1,000 or more". Zero for a job that does not wait.
    void position(JobId id, Completion<Integer> completion);

    /// Entries of an internal topic from `offset` on.
    void topic(String topic, long offset, int limit, Completion<TopicPage> completion);

    /// The latest entries of an internal topic, up to `limit`, in their order.
    void latest(String topic, int limit, Completion<TopicPage> completion);

    /// Every queue by name, at most 100 ms old.
    Map<String, QueueStats> queues();

    StoreHealth health();
}
