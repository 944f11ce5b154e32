package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import java.util.List;

/// What a reader found beyond the cached part of a shard.
///
/// @param ticket of the request this answers; an answer to any other is void
/// @param entries in order, all after the request's `coveredTo`
/// @param reachedEnd the reader saw no further entry
/// @param snapshotSeq every commit up to this one was visible to the reader
public record Refill(ShardKey shard, long ticket, List<Entry> entries, boolean reachedEnd, long snapshotSeq) {
    public Refill {
        entries = List.copyOf(entries);
    }

    /// A ready job on disk, and when its wait began.
    public record Entry(long seq, JobId job, long sinceMs) {}

    /// What the writer asks: entries of `shard` after `coveredTo`, at most `limit`, seen no earlier than
    /// `durableSeq`.
    public record Request(ShardKey shard, long ticket, long coveredTo, int limit, long durableSeq) {}
}
