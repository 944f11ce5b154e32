package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.bytes;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.Timing;
import io.forebay.offload.backup.Backup;
import io.forebay.offload.backup.PassedBytes;
import io.forebay.offload.backup.Scrub;
import io.forebay.offload.codec.Keys;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A scrub finds nothing in a store that is well, whatever is in it, and names what was damaged in one that is not.
final class ScrubComponentTest {
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 1 << 20, 2 << 20, 0, 64 << 20);
    private static final int LARGE_BYTES = (1 << 20) + 70_000;
    private static final int SCRUBS_UNDER_LOAD = 15;

    @TempDir
    Path folder = Path.of("");

    private TestStore store = new TestStore();

    @BeforeEach
    void open() {
        store.close();
        store = TestStore.withQueue(() -> new RocksFolder(folder.resolve("store"), SMALL));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<String> damages(Path of) throws Exception {
        List<String> found = new ArrayList<>();
        new Scrub(of, PassedBytes.UNHEARD, found::add).run();
        return found;
    }

    /// Jobs in every state, in lines and under limits, with events, results, keys and bodies of every size.
    private void fill() {
        for (int number = 0; number < 5; number++) {
            store.submit(store.submission("b".repeat(30_000 * number)));
            store.submit(store.submission("k", Timing.NOW, TestStore.key("k" + number, "r"), "tenant-a"));
        }
        for (int number = 0; number < 3; number++) {
            store.submit(store.submission("in line", new Timing(5, "line", 0, 0), null, "tenant-a"));
            store.submit(store.submission("later", new Timing(5, null, 60_000, 0), null, "tenant-b"));
            store.submit(store.submission("limited", new Timing(5, null, 0, 0, "limit"), null, "tenant-b"));
        }
        large();
        Lease done = store.leaseOne();
        List<JobEvent> events = List.of(new JobEvent.Progress(40, "half way"), new JobEvent.Partial(bytes("some")));
        value(TestStore.<Integer>done(c -> store.jobs().emit(done.key(), 0, events, c)));
        store.complete(done, "r".repeat(100_000));
        Lease failing = store.leaseOne();
        value(store.failLater(failing, Failure.fatal("status-400", TestStore.answer("no"))));
        value(TestStore.<Job>done(c -> store.jobs().redrive(failing.job().id(), c)));
        store.cancel(store.submit(store.submission("not wanted")).id());
        value(TestStore.<Long>done(c -> store.jobs().append("audit", bytes("one"), c)));
        value(TestStore.<Long>done(c -> store.jobs().append("audit", bytes("two"), c)));
        store.leaseOne();
    }

    private JobId large() {
        return store.submit(TestStore.with(store.submission("large"), store.spooled(new byte[LARGE_BYTES]), null, null))
                .id();
    }

    @Test
    void aStoreThatIsWellHasNothingDamaged() throws Exception {
        fill();
        List<String> found = new ArrayList<>();
        long[] passed = {0};
        Scrub.Read read = new Scrub(folder, (bytes, of) -> passed[0] += bytes, found::add).run();
        assertThat(found).isEmpty();
        assertThat(read.jobs()).isGreaterThanOrEqualTo(21);
        assertThat(read.bodies()).isEqualTo(1);
        assertThat(passed[0]).isGreaterThan(LARGE_BYTES);
        store.restart();
        assertThat(damages(folder)).isEmpty();
        Path to = folder.resolve("backup");
        new Backup(new Backup.Author("1", 0), 0, InstantSource.system(), PassedBytes.UNHEARD)
                .ofLive(store.open(), folder.resolve("store"), to);
        assertThat(damages(to)).isEmpty();
    }

    @Test
    void aStoreAtWorkHasNothingDamaged() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        Thread working = Thread.ofPlatform().start(() -> {
            for (int number = 0; !over.get(); number++) {
                JobId id = number % 10 == 3
                        ? large()
                        : store.submit(store.submission("b".repeat(2_000))).id();
                if (number % 3 == 0) {
                    store.cancel(id);
                } else {
                    store.complete(store.leaseOne(), "result");
                }
                store.time.advance(500);
                rounds.incrementAndGet();
            }
        });
        try {
            for (int number = 0; number < SCRUBS_UNDER_LOAD; number++) {
                int before = rounds.get();
                assertThat(damages(folder)).isEmpty();
                await().until(() -> rounds.get() > before);
            }
        } finally {
            over.set(true);
            working.join();
        }
        assertThat(store.damages).isEmpty();
    }

    // ---- planted

    private void plant(Consumer<Batch> changes) throws Exception {
        store.close();
        try (RocksFolder owner = new RocksFolder(folder.resolve("store"), SMALL);
                Storage storage = owner.open();
                Batch batch = storage.batch()) {
            changes.accept(batch);
            storage.commit(batch);
        }
    }

    @Test
    void aJobWithoutItsKeysIsNamed() throws Exception {
        JobId id = store.submit(store.submission("later", new Timing(5, null, 60_000, 0), null, "tenant-a"))
                .id();
        long fireAtMs = store.job(id).times().nextAttemptMs();
        plant(batch -> batch.delete(Family.TIMER, Keys.timer(new TimerKey(fireAtMs, TimerKind.DELAY, id))));
        assertThat(damages(folder)).containsExactly("damaged: job " + id.text() + " has no entry in timer");
    }

    @Test
    void keysWithoutTheirJobAndCountsThatDoNotFitAreNamed() throws Exception {
        JobId id = store.submit(store.submission("one")).id();
        store.submit(store.submission("two"));
        plant(batch -> batch.delete(Family.JOB, Keys.job(id)));
        assertThat(damages(folder))
                .containsExactlyInAnyOrder(
                        "damaged: blob has 1 entries that are no job's",
                        "damaged: ready has 1 entries that are no job's",
                        "damaged: index has 1 entries that are no job's",
                        "damaged: queue q counts 2 jobs as QUEUED, and has 1");
    }

    @Test
    void bytesThatAreMissingAreNamed() throws Exception {
        JobId id = store.submit(store.submission("one")).id();
        plant(batch -> batch.delete(Family.BLOB, Keys.pair(id, PayloadPart.REQUEST_HEAD)));
        assertThat(damages(folder))
                .isNotEmpty()
                .allSatisfy(what -> assertThat(what).contains("blob/" + id.text()));
    }

    @Test
    void aTopicWithAHoleIsNamed() throws Exception {
        for (String entry : List.of("one", "two", "three")) {
            value(TestStore.<Long>done(c -> store.jobs().append("audit", bytes(entry), c)));
        }
        plant(batch -> batch.delete(Family.LOG, Keys.log(1, 1)));
        assertThat(damages(folder)).containsExactly("damaged: topic audit: offset 1 is missing");
    }

    @Test
    void aBodyThatIsNotAsItWasOrMissingIsNamed() throws Exception {
        large();
        Path body = fileLike(".*/spool/.*");
        flip(body);
        assertThat(damages(folder)).hasSize(1).first().asString().contains(body.toString());
        Files.delete(body);
        assertThat(damages(folder)).containsExactly("damaged: " + body + ": the file is missing");
    }

    @Test
    void aTableThatIsNotAsItWasIsNamed() throws Exception {
        for (int number = 0; number < 200; number++) {
            store.submit(store.submission("b".repeat(300)));
        }
        Path to = folder.resolve("backup");
        // A checkpoint puts what is in memory into tables.
        new Backup(new Backup.Author("1", 0), 0, InstantSource.system(), PassedBytes.UNHEARD)
                .ofLive(store.open(), folder.resolve("store"), to);
        store.close();
        Path table = fileLike(".*" + folder.getFileName() + "/store/rocks/[0-9]+[.]sst");
        flip(table);
        assertThat(damages(folder)).anySatisfy(what -> assertThat(what).contains(table.toString()));
        Path copied = fileLike(".*/backup/store/rocks/[0-9]+[.]sst");
        flip(copied);
        assertThat(damages(to)).anySatisfy(what -> assertThat(what).contains(copied + ": its SHA-256"));
    }

    private Path fileLike(String pattern) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toString().matches(pattern))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flip(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(100);
            int was = bytes.read();
            bytes.seek(100);
            bytes.write(was ^ 4);
        }
    }
}
