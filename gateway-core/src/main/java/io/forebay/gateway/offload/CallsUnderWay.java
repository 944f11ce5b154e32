package io.forebay.gateway.offload;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The jobs that stand for calls under way, and whether anybody was told of them: a job somebody was told of is not
/// taken back, and of one that is taken back nobody is told. Any thread.
final class CallsUnderWay {
    /// Longer than anybody who was given the job by the store takes to speak of it.
    private static final long WITHDRAWN_KEPT_NS = TimeUnit.MINUTES.toNanos(1);

    private static final int FORGOTTEN_AT_ONCE = 4;

    private final ConcurrentHashMap<JobId, Entry> calls = new ConcurrentHashMap<>();
    private final Queue<Withdrawn> withdrawn = new ConcurrentLinkedQueue<>();

    private enum Known {
        TO_NOBODY,
        TOLD,
        WITHDRAWN
    }

    private static final class Entry {
        final AtomicReference<Known> known = new AtomicReference<>(Known.TO_NOBODY);
        volatile @Nullable KeyedCall call;
    }

    private record Withdrawn(JobId job, long atNs) {}

    /// Before the store hears of the job.
    void begin(JobId job) {
        forgetSome();
        calls.put(job, new Entry());
    }

    private void forgetSome() {
        long nowNs = System.nanoTime();
        for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
            Withdrawn oldest = withdrawn.peek();
            if (oldest == null || nowNs - oldest.atNs() < WITHDRAWN_KEPT_NS) {
                return;
            }
            if (withdrawn.remove(oldest)) {
                calls.remove(oldest.job());
            }
        }
    }

    /// The store did not make the job.
    void none(JobId job) {
        calls.remove(job);
    }

    /// Who makes the call, and hears if its job ends meanwhile; `null` for somebody else.
    void made(JobId job, @Nullable KeyedCall by) {
        Entry entry = calls.get(job);
        if (entry != null) {
            entry.call = by;
        }
    }

    /// Whether a client may be told of this job; it will not be taken back then.
    boolean tell(JobId job) {
        Entry entry = calls.get(job);
        return entry == null
                || entry.known.compareAndSet(Known.TO_NOBODY, Known.TOLD)
                || entry.known.get() == Known.TOLD;
    }

    /// Whether the job may be taken back; nobody is told of it then.
    boolean withdraw(JobId job) {
        Entry entry = calls.get(job);
        boolean may = entry != null && entry.known.compareAndSet(Known.TO_NOBODY, Known.WITHDRAWN);
        if (may) {
            withdrawn.add(new Withdrawn(job, System.nanoTime()));
        }
        return may;
    }

    /// By the store: the job has changed.
    void changed(JobId job, JobState state) {
        Entry entry = state == JobState.RUNNING ? null : calls.get(job);
        if (entry == null || entry.known.get() == Known.WITHDRAWN) {
            return;
        }
        calls.remove(job);
        KeyedCall call = entry.call;
        if (call != null) {
            call.jobEnded();
        }
    }
}
