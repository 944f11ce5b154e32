package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.JobEvent;
import io.forebay.offload.StoreRefusal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is kept of what a worker says while its job runs.
final class EventRules {
    private EventRules() {}

    static Transition emit(JobIndex index, Command.Emit command, long nowMs) {
        StoredJob job = index.job(command.lease().job());
        StoreRefusal refusal = LeaseRules.refusal(job, command.lease());
        if (job == null || refusal != null) {
            return Transition.refused(requireNonNull(refusal, "refusal"));
        }
        Events before = job.progress().events();
        if (command.after() != Command.Emit.ANYWHERE && command.after() != before.count()) {
            // Only the holder of the lease adds events: if there are more, these were kept before.
            return before.count() > command.after()
                    ? Transition.done(List.of(), before.count())
                    : Transition.refused(new StoreRefusal.EventsMissing(job.id(), before.count()));
        }
        if (command.diskLow()) {
            return Transition.refused(new StoreRefusal.DiskFull());
        }
        Events after = before.and(command.events());
        StoreRefusal full = full(job, after);
        if (full != null) {
            return Transition.refused(full);
        }
        Draft draft = new Draft(index, nowMs);
        boolean isShown = !Objects.equals(after.progress(), before.progress());
        draft.add(new LogRecord.EventsAppended(
                job.with(job.progress().with(after, isShown)), nowMs, List.copyOf(command.events())));
        return draft.done(after.count());
    }

    private static @Nullable StoreRefusal full(StoredJob job, Events after) {
        return after.count() > JobEvent.EVENTS_MAX || after.bytes() > JobEvent.BYTES_MAX
                ? new StoreRefusal.EventsFull(job.id(), JobEvent.EVENTS_MAX, JobEvent.BYTES_MAX)
                : null;
    }
}
