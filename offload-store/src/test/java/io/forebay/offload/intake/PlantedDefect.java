package io.forebay.offload.intake;

import io.forebay.offload.JobId;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.machine.Alarms;
import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.Hold;
import io.forebay.offload.machine.IdemEntry;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.JobIndex;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.Transition;
import io.forebay.offload.timer.TimerKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Machines with one classic mistake each. The simulation must find every one of them.
public enum PlantedDefect {
    RECORDS_APPLIED_AFTER_THE_COMMIT {
        @Override
        Machine machine() {
            return new AppliesLate();
        }
    },
    TIMER_BEFORE_THE_CURSOR {
        @Override
        Machine machine() {
            return new SetsTimersInThePast();
        }
    },
    LOST_EPOCH_CHECK {
        @Override
        Machine machine() {
            return new AcceptsAnyLease();
        }
    },
    STALE_REFILL {
        @Override
        Machine machine() {
            return new TrustsOldSnapshots();
        }
    },
    IDEMPOTENCY_EXPIRES_BEFORE_THE_JOB_ENDS {
        @Override
        Machine machine() {
            return new ForgetsKeys();
        }
    },
    EVENTS_OFFERED_AGAIN_ARE_KEPT_AGAIN {
        @Override
        Machine machine() {
            return new TakesEventsAnywhere();
        }
    };

    abstract Machine machine();

    private static @Nullable StoredJob job(JobIndex index, JobId id) {
        return index.before(new LogRecord.JobErased(id));
    }

    /// What a command led to is seen by the commands of later batches only.
    private static final class AppliesLate implements Machine {
        private final List<LogRecord> late = new ArrayList<>();
        private long batchSeq;

        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            applyEarlierBatches(index);
            return Machine.super.decide(index, command, nowMs);
        }

        @Override
        public void replay(JobIndex index, LogRecord record) {
            applyEarlierBatches(index);
            late.add(record);
        }

        private void applyEarlierBatches(JobIndex index) {
            if (index.durableSeq() != batchSeq) {
                batchSeq = index.durableSeq();
                late.forEach(index::replay);
                late.clear();
            }
        }
    }

    /// A deadline's timer stands where the client said, also where the scan has passed already.
    private static final class SetsTimersInThePast implements Machine {
        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            Transition real = Machine.super.decide(index, command, nowMs);
            return new Transition(
                    real.records().stream().map(SetsTimersInThePast::inThePast).toList(), real.reply(), real.next());
        }

        private static LogRecord inThePast(LogRecord record) {
            if (record instanceof LogRecord.JobCreated(StoredJob job, var stored)
                    && job.origin().deadlineMs() != 0) {
                Alarms alarms =
                        job.alarms().with(TimerKind.DEADLINE, job.origin().deadlineMs());
                return new LogRecord.JobCreated(
                        new StoredJob(job.id(), job.origin(), job.progress(), alarms, job.payload()), stored);
            }
            return record;
        }
    }

    /// Any lease a job ever had will do.
    private static final class AcceptsAnyLease implements Machine {
        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            return Machine.super.decide(
                    index,
                    switch (command) {
                        case Command.Complete(LeaseKey lease, var answer) ->
                            new Command.Complete(current(index, lease), answer);
                        case Command.Fail(LeaseKey lease, var failure) ->
                            new Command.Fail(current(index, lease), failure);
                        case Command.Release(LeaseKey lease, long delayMs) ->
                            new Command.Release(current(index, lease), delayMs);
                        default -> command;
                    },
                    nowMs);
        }

        private static LeaseKey current(JobIndex index, LeaseKey lease) {
            StoredJob job = job(index, lease.job());
            Hold hold = job == null ? null : job.progress().hold();
            return job == null || hold == null
                    ? lease
                    : new LeaseKey(lease.job(), job.progress().epoch(), hold.token());
        }
    }

    /// A reader's snapshot is taken for the present.
    private static final class TrustsOldSnapshots implements Machine {
        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            return Machine.super.decide(
                    index,
                    command instanceof Command.AcceptRefill(Refill refill)
                            ? new Command.AcceptRefill(new Refill(
                                    refill.shard(),
                                    refill.ticket(),
                                    refill.entries(),
                                    refill.reachedEnd(),
                                    index.durableSeq() + 1))
                            : command,
                    nowMs);
        }
    }

    /// A key holds for its window and not a moment longer, whatever became of its job.
    private static final class ForgetsKeys implements Machine {
        private final Map<IdemKey, Long> windowEnds = new HashMap<>();

        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            return Machine.super.decide(
                    index,
                    command instanceof Command.Submit submit
                                    && windowEnds.getOrDefault(submit.claim(), Long.MAX_VALUE) <= nowMs
                            ? new Command.Submit(
                                    submit.submission(),
                                    null,
                                    submit.dedup(),
                                    submit.lineHash(),
                                    submit.limitHash(),
                                    submit.payload(),
                                    submit.diskLow())
                            : command,
                    nowMs);
        }

        @Override
        public void replay(JobIndex index, LogRecord record) {
            if (record instanceof LogRecord.KeyBound(IdemKey key, IdemEntry entry)) {
                windowEnds.put(key, entry.windowEndMs());
            }
            Machine.super.replay(index, record);
        }
    }

    /// A worker's repeat is taken for news.
    private static final class TakesEventsAnywhere implements Machine {
        @Override
        public Transition decide(JobIndex index, Command command, long nowMs) {
            return Machine.super.decide(
                    index,
                    command instanceof Command.Emit(LeaseKey lease, int after, var events, boolean diskLow)
                            ? new Command.Emit(lease, -1, events, diskLow)
                            : command,
                    nowMs);
        }
    }
}
