package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import java.util.HashSet;
import java.util.Set;

/// The cached beginning of one run of ready jobs. Every entry up to `coveredTo` is in `run`; what lies beyond is on
/// disk only, unless `complete` says that nothing does. An empty run that is not complete means "wait for the
/// refill", never "empty".
///
/// A refill works on a snapshot, so the shard remembers what happened beside it: entries that left beyond
/// `coveredTo` since the request, and the commit of the last entry that joined without being cached.
final class Shard {
    static final int CACHED_MIN = 64;
    static final int CACHED_MAX = 4_096;

    private final ShardKey key;
    private final ReadyRun run = new ReadyRun();
    private final Set<Long> leftBeyond = new HashSet<>();
    private long coveredTo;
    private boolean complete;
    private long ticket;
    private long uncachedJoinSeq;
    private int departures;

    private Shard(ShardKey key, long coveredTo, boolean complete) {
        this.key = key;
        this.coveredTo = coveredTo;
        this.complete = complete;
    }

    /// A shard that has nothing on disk.
    static Shard fresh(ShardKey key, long cursor) {
        return new Shard(key, cursor, true);
    }

    /// A shard of which only the cursor is known.
    static Shard unread(ShardKey key, long cursor) {
        return new Shard(key, cursor, false);
    }

    ShardKey key() {
        return key;
    }

    ReadyRun run() {
        return run;
    }

    long coveredTo() {
        return coveredTo;
    }

    boolean isComplete() {
        return complete;
    }

    /// Nothing cached, nothing on disk, nobody looking.
    boolean isIdle() {
        return complete && run.isEmpty() && ticket == 0;
    }

    boolean wantsRefill() {
        return !complete && ticket == 0 && run.size() < CACHED_MIN;
    }

    /// Entries that left at the head since the cursor on disk was last moved.
    int departures() {
        return departures;
    }

    void noted() {
        departures = 0;
    }

    /// An entry became ready in the commit now being built, `commitSeq`.
    void joined(long seq, JobId id, long sinceMs, boolean hasRoom, long commitSeq) {
        if (complete && hasRoom && run.size() < CACHED_MAX) {
            run.append(seq, id, sinceMs);
            coveredTo = seq;
        } else {
            complete = false;
            uncachedJoinSeq = commitSeq;
        }
    }

    /// True if it was cached.
    boolean left(long seq) {
        departures++;
        if (seq <= coveredTo) {
            return run.remove(seq);
        }
        if (ticket != 0) {
            leftBeyond.add(seq);
            if (leftBeyond.size() > CACHED_MAX) {
                abandonRefill();
            }
        }
        return false;
    }

    Refill.Request askRefill(long newTicket, int limit, long durableSeq) {
        ticket = newTicket;
        leftBeyond.clear();
        return new Refill.Request(key, newTicket, coveredTo, limit, durableSeq);
    }

    /// How many entries came in; none if the answer is to an old question.
    int refilled(Refill refill) {
        if (refill.ticket() != ticket) {
            return 0;
        }
        int before = run.size();
        for (Refill.Entry entry : refill.entries()) {
            if (entry.seq() > coveredTo) {
                coveredTo = entry.seq();
                if (!leftBeyond.contains(entry.seq())) {
                    run.append(entry.seq(), entry.job(), entry.sinceMs());
                }
            }
        }
        complete = refill.reachedEnd() && uncachedJoinSeq <= refill.snapshotSeq();
        abandonRefill();
        return run.size() - before;
    }

    /// Forgets the request under way; its answer will be void.
    void abandonRefill() {
        ticket = 0;
        leftBeyond.clear();
    }
}
