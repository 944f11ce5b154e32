package io.forebay.offload.intake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.backup.Backup;
import io.forebay.offload.backup.PassedBytes;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that is looked at by its files, at rest and at work.
final class StoreLookComponentTest {
    /// So small that flushes, new logs and compactions come all the time.
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 1 << 20, 2 << 20, 0, 64 << 20);

    private static final int LOOKS = 40;
    private static final int NEWER_FORMAT = 99;

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

    @Test
    void eachLookSeesWhatWasAcknowledgedBeforeItAndTheOwnerDoesNotNotice() throws Exception {
        Set<JobId> accepted = ConcurrentHashMap.newKeySet();
        Set<JobId> done = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        Thread submitting = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                accepted.add(store.submit(store.submission("b".repeat(1_500))).id());
            }
        });
        Thread working = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                for (Lease lease : store.lease(8)) {
                    store.complete(lease, "result");
                    done.add(lease.job().id());
                }
            }
        });
        try {
            for (int number = 0; number < LOOKS; number++) {
                Set<JobId> acceptedBefore = Set.copyOf(accepted);
                Set<JobId> doneBefore = Set.copyOf(done);
                try (StoreLook look = StoreLook.at(folder)) {
                    checkLook(look, acceptedBefore, doneBefore);
                }
            }
        } finally {
            over.set(true);
            submitting.join();
            working.join();
        }
        assertThat(accepted).hasSizeGreaterThan(LOOKS);
        assertThat(store.damages).isEmpty();
        assertThat(store.seam().opened())
                .as("how often the owner had to open its store")
                .isEqualTo(1);
        assertThat(folder.resolve("store/looks")).isEmptyDirectory();
    }

    /// Counters and jobs are of different families: if they agree, the look is of one moment.
    private static void checkLook(StoreLook look, Set<JobId> accepted, Set<JobId> done) {
        long[] counted = {0, 0};
        look.contents().jobIds(id -> {
            StoredJob job = requireNonNull(look.view().job(id), "job");
            counted[0]++;
            counted[1] += job.state() == JobState.SUCCEEDED ? 1 : 0;
            return true;
        });
        Map<StateClass, Long> counts = look.contents().jobCounts();
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(counted[0]);
        assertThat(counts).containsEntry(StateClass.SUCCEEDED, counted[1]);
        assertThat(counted[0]).isGreaterThanOrEqualTo(accepted.size());
        for (JobId id : accepted) {
            assertThat(look.view().job(id)).isNotNull();
        }
        for (JobId id : done) {
            StoredJob job = requireNonNull(look.view().job(id), "job");
            assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void noFileOfTheStoreIsChanged() throws Exception {
        store.submit(store.submission("one"));
        Map<String, String> before = BackupComponentTest.contentOf(folder);
        try (StoreLook look = StoreLook.at(folder)) {
            assertThat(look.contents().jobCounts()).containsEntry(StateClass.QUEUED, 1L);
            assertThat(look.contents().format()).isEqualTo(StoreContents.FORMAT);
            assertThat(look.sequence()).isPositive();
            assertThat(look.databaseBytes()).isPositive();
        }
        assertThat(BackupComponentTest.contentOf(folder)).isEqualTo(before);
        store.submit(store.submission("two"));
        store.restart();
        assertThat(store.stats().queued()).isEqualTo(2);
    }

    @Test
    void aBackupIsLookedAtAndNotTouched() throws Exception {
        store.submit(store.submission("one"));
        Path to = folder.resolve("backup");
        new Backup(new Backup.Author("1", 0), 0, InstantSource.system(), PassedBytes.UNHEARD)
                .ofLive(store.open(), folder.resolve("store"), to);
        Map<String, String> before = BackupComponentTest.contentOf(to);
        try (StoreLook look = StoreLook.at(to)) {
            assertThat(look.contents().jobCounts()).containsEntry(StateClass.QUEUED, 1L);
        }
        assertThat(BackupComponentTest.contentOf(to)).isEqualTo(before);
    }

    @Test
    void whereThereIsNoStoreNothingIsMade() {
        Path empty = folder.resolve("empty");
        assertThatThrownBy(() -> StoreLook.at(empty))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no store in " + empty);
        assertThat(empty).doesNotExist();
    }

    @Test
    void whatAProcessThatIsGoneHasLeftIsDeletedByTheNext() throws Exception {
        Path abandoned = Files.createDirectories(folder.resolve("store/looks/gone/rocks"));
        Files.createFile(folder.resolve("store/looks/gone.lock"));
        Files.writeString(abandoned.resolve("CURRENT"), "MANIFEST-000001\n");
        try (StoreLook one = StoreLook.at(folder);
                StoreLook two = StoreLook.at(folder)) {
            assertThat(folder.resolve("store/looks/gone")).doesNotExist();
            assertThat(one.sequence()).isEqualTo(two.sequence());
        }
        assertThat(folder.resolve("store/looks")).isEmptyDirectory();
    }

    /// A store of a version to come, as this one would find it.
    @Test
    void aNewerStoreIsRefusedWithBothVersions() {
        store.close();
        try (RocksFolder owner = new RocksFolder(folder.resolve("store"), SMALL);
                Storage storage = owner.open();
                Batch batch = storage.batch()) {
            batch.put(Family.META, new byte[] {1}, sealed((byte) 1, (byte) NEWER_FORMAT));
            storage.commit(batch);
        } catch (Exception e) {
            throw new AssertionError("the format cannot be written", e);
        }
        String both = "the store has format " + NEWER_FORMAT + ", this program reads " + StoreContents.FORMAT;
        assertThatThrownBy(() -> new TestStore(() -> new RocksFolder(folder.resolve("store"), SMALL)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(both);
        assertThatThrownBy(() -> StoreLook.at(folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(both);
        store = new TestStore();
    }

    private static byte[] sealed(byte... fields) {
        CRC32C crc = new CRC32C();
        crc.update(fields);
        return ByteBuffer.allocate(fields.length + Integer.BYTES)
                .put(fields)
                .putInt((int) crc.getValue())
                .array();
    }
}
