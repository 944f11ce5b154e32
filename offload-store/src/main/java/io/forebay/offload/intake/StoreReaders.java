package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobCount;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueStats;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.SpoolId;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.offload.TopicPage;
import io.forebay.offload.codec.Keys;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.Sweep;
import io.forebay.offload.machine.SweepRules;
import io.forebay.offload.spool.FileSpool;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads off the writer's thread, on `store-reader-0` to `-3` behind a queue of 1,024; beyond it reads are refused.
final class StoreReaders implements JobReader, AutoCloseable {
    static final int THREADS = 4;

    private static final System.Logger LOG = System.getLogger(StoreReaders.class.getName());
    private static final int QUEUED_MAX = 1_024;
    private static final int PAGE_MAX = 1_000;
    private static final int POSITION_MAX = 1_000;
    private static final int COUNTED_MAX = 10_000;
    private static final int EVENT_BYTES_MAX = 64 << 10;

    private final Published published;
    private final StoreObserver observer;
    private final DamageReport damage;
    private final ExecutorService threads;
    private final PartReads parts;

    StoreReaders(Published published, StoreObserver observer, ExecutorService threads, @Nullable FileSpool spool) {
        this.published = published;
        this.observer = observer;
        this.damage = new DamageReport(observer);
        this.threads = threads;
        this.parts = new PartReads(spool, this::read);
    }

    static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUED_MAX), task -> {
                    Thread thread = new Thread(task, "store-reader-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void job(JobId id, Completion<Job> completion) {
        read(completion, view -> {
            StoredJob job = view.job(id);
            return job == null ? notFound(id) : Outcome.done(job.toJob());
        });
    }

    @Override
    public void requests(List<JobId> ids, Completion<List<@Nullable RequestBytes>> completion) {
        read(completion, view -> {
            List<@Nullable RequestBytes> requests = new ArrayList<>(ids.size());
            for (JobId id : ids) {
                requests.add(unlessDamaged(() -> view.request(id)));
            }
            return Outcome.done(requests);
        });
    }

    @Override
    public void payload(JobId id, PayloadPart name, Completion<byte[]> completion) {
        readPart(
                id,
                name,
                completion,
                (view, job, part) -> part.spooled() == null
                        ? Outcome.done(view.payload(job, name))
                        : Outcome.refused(new StoreRefusal.PayloadTooLarge(part.bytes(), Content.IN_MEMORY_BYTES_MAX)));
    }

    @Override
    public void part(JobId id, PayloadPart name, Completion<StoredPart> completion) {
        readPart(id, name, completion, (view, job, part) -> {
            SpoolId file = part.spooled();
            return file == null
                    ? Outcome.done(PartReads.of(view.payload(job, name)))
                    : parts.open(view, id, part, file);
        });
    }

    private interface PartWork<T> {
        Outcome<T> of(StoredView view, StoredJob job, Part part);
    }

    /// Looks up a part whose job is there and has its bytes.
    private <T> void readPart(JobId id, PayloadPart name, Completion<T> completion, PartWork<T> work) {
        read(completion, view -> {
            StoredJob job = view.job(id);
            if (job == null) {
                return notFound(id);
            }
            return job.progress().payloadGone()
                    ? Outcome.refused(new StoreRefusal.PayloadGone(id))
                    : work.of(view, job, job.payload().part(name));
        });
    }

    /// Whether a job refers to a file of the spool. On the calling thread.
    boolean isReferred(SpoolId file) {
        return published.reading(storage -> new StoredView(storage, damage).isReferred(file));
    }

    @Override
    public void events(JobId id, int from, int limit, Completion<EventPage> completion) {
        int size = Math.clamp(limit, 1, PAGE_MAX);
        readMoment(completion, view -> {
            StoredJob job = view.job(id);
            if (job == null) {
                return notFound(id);
            }
            Events events = job.progress().events();
            if (from < events.count() && (job.progress().payloadGone() || from < events.erased())) {
                return Outcome.refused(new StoreRefusal.PayloadGone(id));
            }
            List<EventPage.Entry> entries =
                    from >= events.count() ? List.of() : view.events(job, from, size, EVENT_BYTES_MAX);
            return Outcome.done(new EventPage(job.toJob(), entries));
        });
    }

    @Override
    public void list(String queue, JobState state, @Nullable String cursor, int limit, Completion<JobPage> completion) {
        Integer queueId = published.queueId(queue);
        if (queueId == null) {
            refuse(completion, new StoreRefusal.QueueMissing(queue));
            return;
        }
        byte[] after = cursor == null ? null : Keys.listCursor(cursor, queueId, StateClass.of(state));
        int size = Math.clamp(limit, 1, PAGE_MAX);
        read(completion, view -> Outcome.done(page(view, queueId, StateClass.of(state), after, size)));
    }

    /// Entries whose job moved on since the list was read, or cannot be read, are left out.
    private JobPage page(StoredView view, int queueId, StateClass stateClass, byte @Nullable [] after, int limit) {
        List<StoredView.Entry> listed = view.list(queueId, stateClass, after, limit);
        List<Job> jobs = new ArrayList<>(listed.size());
        for (StoredView.Entry entry : listed) {
            StoredJob job = unlessDamaged(() -> view.job(entry.job()));
            if (job != null && job.stateClass() == stateClass) {
                jobs.add(job.toJob());
            }
        }
        boolean isLast = listed.size() < limit;
        return new JobPage(
                jobs, isLast ? null : Keys.listCursor(listed.getLast().key()));
    }

    @Override
    public void count(String queue, QueueOperation operation, Completion<JobCount> completion) {
        Integer queueId = published.queueId(queue);
        if (queueId == null) {
            refuse(completion, new StoreRefusal.QueueMissing(queue));
            return;
        }
        read(completion, view -> Outcome.done(counted(view, queueId, operation)));
    }

    private JobCount counted(StoredView view, int queueId, QueueOperation operation) {
        long matched = 0;
        long looked = 0;
        for (StateClass list : Sweep.lists(operation.action())) {
            byte @Nullable [] after = null;
            List<StoredView.Entry> page;
            do {
                page = view.list(queueId, list, after, PAGE_MAX);
                for (StoredView.Entry entry : page) {
                    StoredJob job = unlessDamaged(() -> view.job(entry.job()));
                    matched += job != null && job.stateClass() == list && SweepRules.concerns(operation, job) ? 1 : 0;
                    after = entry.key();
                }
                looked += page.size();
            } while (page.size() == PAGE_MAX && looked < COUNTED_MAX);
            if (looked >= COUNTED_MAX) {
                return new JobCount(matched, looked, false);
            }
        }
        return new JobCount(matched, looked, true);
    }

    private <T> @Nullable T unlessDamaged(Supplier<@Nullable T> read) {
        try {
            return read.get();
        } catch (DamagedValueException e) {
            damage.accept(e);
            return null;
        }
    }

    @Override
    public void position(JobId id, Completion<Integer> completion) {
        read(completion, view -> {
            StoredJob job = view.job(id);
            return job == null ? notFound(id) : Outcome.done(view.position(job, POSITION_MAX));
        });
    }

    @Override
    public void topic(String topic, long offset, int limit, Completion<TopicPage> completion) {
        int size = Math.clamp(limit, 1, PAGE_MAX);
        read(completion, view -> Outcome.done(page(view, topic, offset, size)));
    }

    @Override
    public void latest(String topic, int limit, Completion<TopicPage> completion) {
        int size = Math.clamp(limit, 1, PAGE_MAX);
        read(completion, view -> {
            long from = Math.max(0, view.topicEnd(topic) - size);
            return Outcome.done(page(view, topic, from, size));
        });
    }

    private static TopicPage page(StoredView view, String topic, long offset, int size) {
        List<TopicPage.Entry> entries = view.topic(topic, offset, size);
        return new TopicPage(
                entries, entries.isEmpty() ? offset : entries.getLast().offset() + 1);
    }

    @Override
    public Map<String, QueueStats> queues() {
        return published.queues();
    }

    @Override
    public StoreHealth health() {
        return published.health();
    }

    private static <T> Outcome<T> notFound(JobId id) {
        return Outcome.refused(new StoreRefusal.NotFound(id));
    }

    private <T> void read(Completion<T> completion, Function<StoredView, Outcome<T>> work) {
        readStorage(completion, storage -> work.apply(new StoredView(storage, damage)));
    }

    /// Reads what stood together at one commit.
    private <T> void readMoment(Completion<T> completion, Function<StoredView, Outcome<T>> work) {
        readStorage(completion, storage -> {
            try (View moment = storage.view()) {
                return work.apply(new StoredView(moment, damage));
            }
        });
    }

    private <T> void readStorage(Completion<T> completion, Function<Storage, Outcome<T>> work) {
        try {
            threads.execute(() -> Answers.give(completion, outcome(work)));
        } catch (RejectedExecutionException full) {
            refuse(completion, new StoreRefusal.Busy("readers"));
        }
    }

    private void refuse(Completion<?> completion, StoreRefusal refusal) {
        observer.refused(refusal);
        Answers.give(completion, Outcome.refused(refusal));
    }

    private <T> Outcome<T> outcome(Function<Storage, Outcome<T>> work) {
        try {
            return published.reading(work);
        } catch (DamagedValueException e) {
            damage.accept(e);
            return Outcome.refused(new StoreRefusal.Damaged(e.where()));
        } catch (StorageException e) {
            return Outcome.refused(new StoreRefusal.Unavailable(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a read failed", e);
            return Outcome.refused(new StoreRefusal.Unavailable("internal fault"));
        }
    }

    /// Looks for ready jobs on behalf of the writer. `found` gets the answer, or `null` if there is none. False if
    /// the queue is full.
    boolean refill(Refill.Request request, Consumer<@Nullable Refill> found) {
        try {
            threads.execute(() -> refillNow(request, found));
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    private void refillNow(Refill.Request request, Consumer<@Nullable Refill> found) {
        try {
            published.reading(storage -> {
                // First the number, then the snapshot: the snapshot may know more than the number says, never less.
                long seenSeq = published.durableSeq();
                try (View view = storage.view()) {
                    found.accept(new StoredView(view, damage).refill(request, Math.max(seenSeq, request.durableSeq())));
                }
                return true;
            });
        } catch (StorageException e) {
            boolean isAway = published.condition() == StoreHealth.Condition.CLOSED
                    || published.condition() == StoreHealth.Condition.REOPENING;
            LOG.log(isAway ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING, "a refill failed", e);
            found.accept(null);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a refill failed", e);
            found.accept(null);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
