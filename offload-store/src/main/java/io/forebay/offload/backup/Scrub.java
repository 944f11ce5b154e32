package io.forebay.offload.backup;

import io.forebay.offload.EventPage;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import io.forebay.offload.codec.JobKeys;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.spool.SpoolTable;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Reads all of a store and says what is damaged: every table of the database, every value, every body, every
/// file of a backup by its SHA-256; and whether every key stands there for a job, and every job has its keys.
/// Of a store that is at work it sees one moment. Holds a few counts and one piece of one body; one thread.
public final class Scrub {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int UNSURE_MAX = 10_000;

    private final Path folder;
    private final PassedBytes passed;
    private final Consumer<String> damage;
    private final JobKeys keys = new JobKeys();
    private final Map<Family, Long> accounted = new EnumMap<>(Family.class);
    private final Map<Integer, long[]> held = new HashMap<>();
    private final List<SpoolId> unsure = new ArrayList<>();
    private long jobs;
    private long bodies;
    private long ofBytes;

    /// What was read.
    public record Read(long jobs, long bodies) {}

    /// @param folder a data folder or a backup
    /// @param passed hears how much was read, and may wait
    /// @param damage hears, in a sentence, of each thing that is not as it was written
    public Scrub(Path folder, PassedBytes passed, Consumer<String> damage) {
        this.folder = folder;
        this.passed = passed;
        this.damage = damage;
    }

    /// Fails with [StorageException] if the store does not even open, and with [BackupFailure] if the manifest of a
    /// backup cannot be read.
    public Read run() throws IOException, BackupFailure {
        if (Verification.isBackup(folder)) {
            Verification.findDamage(folder, passed, damage);
        }
        try (StoreLook look = StoreLook.at(folder)) {
            ofBytes = look.databaseBytes();
            look.verifyTables(damage, passed);
            boolean isEveryJobRead = areJobsRead(look);
            for (Family family : Family.values()) {
                guarded(look, () -> strays(look.contents(), family, isEveryJobRead));
            }
            if (isEveryJobRead) {
                guarded(look, () -> counters(look.contents()));
            }
            guarded(look, () -> look.contents().checkTopics());
        }
        confirmMissing();
        return new Read(jobs, bodies);
    }

    private interface Work {
        void run();
    }

    private boolean areJobsRead(StoreLook look) {
        boolean[] isEvery = {true};
        boolean isScanned = guarded(
                look,
                () -> look.contents().jobIds(id -> {
                    isEvery[0] &= guarded(look, () -> job(look, id));
                    return true;
                }));
        return isScanned && isEvery[0];
    }

    /// What is damaged is told, and the next thing looked at. Whether nothing was.
    private boolean guarded(StoreLook look, Work work) {
        try {
            work.run();
            return true;
        } catch (DamagedValueException e) {
            damage.accept(look.named(String.valueOf(e.getMessage())));
        } catch (StorageException e) {
            damage.accept("not readable: " + look.named(String.valueOf(e.getMessage())));
        }
        return false;
    }

    private void job(StoreLook look, JobId id) {
        StoredView view = look.view();
        StoredJob job = view.job(id);
        if (job == null) {
            throw new DamagedValueException("job " + id.text(), "it cannot be found by its key");
        }
        jobs++;
        held.computeIfAbsent(job.origin().queueId(), queue -> new long[StateClass.CODES])[
                job.stateClass().code()]++;
        keys.visit(job, (family, key) -> {
            accounted.merge(family, 1L, Long::sum);
            if (family != Family.BLOB && !look.contents().has(family, key)) {
                damage.accept("damaged: job " + id.text() + " has no entry in " + family.label());
            }
        });
        if (!job.progress().payloadGone()) {
            for (PayloadPart part : PayloadPart.values()) {
                guarded(look, () -> part(look, job, part));
            }
            guarded(look, () -> events(view, job));
        }
    }

    private void part(StoreLook look, StoredJob job, PayloadPart name) {
        Part part = job.payload().part(name);
        SpoolId file = part.spooled();
        if (file == null) {
            if (part.bytes() > 0) {
                passed.passed(look.view().payload(job, name).length, ofBytes);
            }
        } else if (!file.equals(SpoolId.GONE)) {
            body(look.spool().path(file), file, part);
        }
    }

    private void body(Path path, SpoolId file, Part part) {
        try {
            SpoolTable table = SpoolTable.read(path, part.bytes(), part.crc());
            for (long at = 0; at < table.bytes(); ) {
                int read = table.read(at, PIECE_BYTES).length;
                passed.passed(read, ofBytes);
                at += read;
            }
            bodies++;
        } catch (NoSuchFileException missing) {
            if (unsure.size() < UNSURE_MAX) {
                unsure.add(file);
            }
        } catch (IOException e) {
            throw new DamagedValueException(path.toString(), String.valueOf(e));
        }
    }

    private static void events(StoredView view, StoredJob job) {
        Events events = job.progress().events();
        int next = events.erased();
        while (next < events.count()) {
            List<EventPage.Entry> page = view.events(job, next, JobEvent.EVENTS_MAX, PAGE_BYTES);
            if (page.isEmpty()) {
                throw new DamagedValueException("job " + job.id().text(), "event " + next + " is missing");
            }
            next = page.getLast().number() + 1;
        }
    }

    private void counters(StoreContents contents) {
        for (StoreContents.Queue queue : contents.queues()) {
            long[] found = held.getOrDefault(queue.entry().id(), new long[StateClass.CODES]);
            for (StateClass list : StateClass.values()) {
                if (queue.counters().held(list) != found[list.code()]) {
                    damage.accept("damaged: queue " + queue.entry().name() + " counts "
                            + queue.counters().held(list) + " jobs as " + list + ", and has " + found[list.code()]);
                }
            }
        }
    }

    /// As many keys as jobs account for, and each of those is there: then there is no other.
    private void strays(StoreContents contents, Family family, boolean isEveryJobRead) {
        long found = contents.countOfJobs(family, bytes -> passed.passed(bytes, ofBytes));
        long expected = accounted.getOrDefault(family, 0L);
        if (isEveryJobRead && found > expected) {
            damage.accept("damaged: " + family.label() + " has " + (found - expected) + " entries that are no job's");
        }
    }

    /// A body that was not there may have been deleted since the look was taken, with the key that names it.
    private void confirmMissing() throws IOException {
        if (unsure.isEmpty()) {
            return;
        }
        try (StoreLook again = StoreLook.at(folder)) {
            for (SpoolId file : unsure) {
                if (again.view().isReferred(file)) {
                    damage.accept("damaged: " + again.spool().path(file) + ": the file is missing");
                }
            }
        }
    }
}
