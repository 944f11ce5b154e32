package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.timer.TimerKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a job comes into a worker's hands: one a step, the most urgent of the tenant whose turn it is.
final class LeaseRules {
    /// The cursor of a shard moves on disk once so many entries have left.
    private static final int DEPARTURES_PER_NOTE = 256;

    private LeaseRules() {}

    static Transition take(JobIndex index, Command.TakeLeases command, long nowMs) {
        LeaseRequest request = command.request();
        QueueState queue = index.queue(request.queue());
        if (queue == null || queue.entry().orphaned()) {
            return Transition.refused(new StoreRefusal.QueueMissing(request.queue()));
        }
        Shard shard = queue.isDispatching(nowMs) ? queue.choose(nowMs) : null;
        if (shard == null) {
            return Transition.done(List.of(), new LeaseBatch(command.taken()));
        }
        return give(new Draft(index, nowMs), shard, command);
    }

    private static Transition give(Draft draft, Shard shard, Command.TakeLeases command) {
        JobId id = shard.run().firstId();
        long seq = shard.run().firstSeq();
        StoredJob waiting = draft.index.job(id);
        if (waiting == null || waiting.progress().readySeq() != seq) {
            throw new IllegalStateException("a cached entry outlived its job: " + id);
        }
        LeaseRequest request = command.request();
        List<Lease> taken = new ArrayList<>(command.taken());
        Hold hold = new Hold(request.kind(), Mixing.mix(request.tokenSeed() + taken.size()), request.termMs());
        long untilMs = draft.index.wheel().admit(draft.nowMs + request.termMs());
        StoredJob running = waiting.with(
                waiting.progress().leased(hold, draft.nowMs),
                waiting.alarms().onlyDeadline().with(TimerKind.LEASE, untilMs));
        draft.changed(running);
        if (shard.departures() >= DEPARTURES_PER_NOTE) {
            draft.add(new LogRecord.ShardNoted(shard.key(), seq));
        }
        taken.add(lease(running));
        return taken.size() == request.max()
                ? draft.done(new LeaseBatch(taken))
                : new Transition(draft.records(), null, new Command.TakeLeases(request, taken));
    }

    /// The lease of a job that runs.
    static Lease lease(StoredJob job) {
        Progress progress = job.progress();
        Hold hold = requireNonNull(progress.hold(), "hold");
        LeaseKey key = new LeaseKey(job.id(), progress.epoch(), hold.token());
        return new Lease(key, job.toJob(), progress.attempts(), job.alarms().leaseAtMs());
    }

    /// Takes the entry that would be served next out of memory, because its job cannot be read.
    static Transition skipHead(JobIndex index, String queueName, long nowMs) {
        QueueState queue = index.queue(queueName);
        Shard shard = queue == null ? null : queue.choose(nowMs);
        return shard == null
                ? Transition.NOTHING
                : Transition.silent(List.of(
                        new LogRecord.EntryDropped(shard.key(), shard.run().firstSeq())));
    }

    static Transition heartbeat(JobIndex index, Command.Heartbeat command, long nowMs) {
        LeaseKey lease = command.lease();
        StoredJob job = index.job(lease.job());
        StoreRefusal refusal = refusal(job, lease);
        if (refusal != null) {
            return Transition.refused(refusal);
        }
        // A heartbeat is in memory alone. After a restart the lease has the term it was given for: nobody may have been
        // told more.
        long termMs = Math.min(
                command.termMs(),
                requireNonNull(requireNonNull(job).progress().hold()).termMs());
        long untilMs = Math.max(index.leaseEnd(lease.job()), nowMs + termMs);
        return Transition.done(List.of(new LogRecord.LeaseMoved(lease.job(), untilMs)), untilMs);
    }

    /// Why this lease does not count, or `null` if it is the current one.
    static @Nullable StoreRefusal refusal(@Nullable StoredJob job, LeaseKey lease) {
        if (job == null) {
            return new StoreRefusal.NotFound(lease.job());
        }
        Progress progress = job.progress();
        Hold hold = progress.hold();
        if (hold != null && progress.epoch() == lease.epoch() && hold.token() == lease.token()) {
            return null;
        }
        return job.isTerminal() && progress.epoch() == lease.epoch()
                ? new StoreRefusal.AlreadyTerminal(job.id(), job.state())
                : new StoreRefusal.StaleEpoch(job.id(), progress.epoch());
    }
}
