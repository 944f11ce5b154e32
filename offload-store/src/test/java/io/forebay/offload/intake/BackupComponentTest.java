package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.bytes;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoredPart;
import io.forebay.offload.Submission;
import io.forebay.offload.backup.Backup;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.backup.PassedBytes;
import io.forebay.offload.backup.Restore;
import io.forebay.offload.backup.Verification;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.spool.FileHold;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageInUseException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A copy of a store, and a store made of the copy.
final class BackupComponentTest {
    /// So small that memtables are flushed and logs change while a backup is made.
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 1 << 20, 2 << 20, 0, 64 << 20);

    private static final Backup.Author AUTHOR = new Backup.Author("1.2.3", 7);
    private static final int LARGE_BYTES = (1 << 20) + 70_000;
    private static final int RESULTS_A_ROUND = 60;

    @TempDir
    Path folder = Path.of("");

    private final Random random = new Random(20_261_127);
    private TestStore store = new TestStore();

    @BeforeEach
    void open() {
        store.close();
        store = TestStore.withQueue(() -> new RocksFolder(live(), SMALL));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path live() {
        return folder.resolve("data/store");
    }

    private static Backup backup(PassedBytes passed) {
        return new Backup(AUTHOR, 0, InstantSource.system(), passed);
    }

    private BackupManifest take(Path to) throws IOException, BackupFailure {
        return backup(PassedBytes.UNHEARD).ofLive(store.open(), live(), to);
    }

    private static BackupManifest restore(Path backup, Path data) throws IOException, BackupFailure {
        return new Restore(0, PassedBytes.UNHEARD, PassedBytes.UNHEARD).run(backup, data);
    }

    private Job large(byte[] body) {
        return store.submit(TestStore.with(store.submission("large"), store.spooled(body), null, null));
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(TestStore of, JobId id, PayloadPart name) {
        StoredPart part = value(TestStore.<StoredPart>done(c -> of.reader().part(id, name, c)));
        return TestStore.read(part, 0);
    }

    private List<Path> bodies() throws IOException {
        try (Stream<Path> files = Files.walk(live().resolve("spool"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /// A walk that meets a file which is deleted just then fails, and is made again.
    private void awaitBodies(int count) {
        await().ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(bodies()).hasSize(count));
    }

    // ---- what is in it

    /// What clients know of a job: when it was acknowledged, and when its result was.
    private static final class Known {
        final byte[] body;
        final Instant accepted;
        volatile Instant done = Instant.MAX;

        Known(byte[] body, Instant accepted) {
            this.body = body;
            this.accepted = accepted;
        }
    }

    @Test
    void whatWasAcknowledgedBeforeTheMomentIsInTheRestoredStore() throws Exception {
        Map<JobId, Known> known = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread submitting = Thread.ofPlatform().start(() -> submitUntil(over, known));
        Thread working = Thread.ofPlatform().start(() -> workUntil(over, known));
        try {
            for (int round = 0; round < 3; round++) {
                int enough = RESULTS_A_ROUND * (round + 1);
                await().until(() -> known.values().stream()
                                .filter(job -> job.done.isBefore(Instant.MAX))
                                .count()
                        >= enough);
                Path to = folder.resolve("backup-" + round);
                BackupManifest taken = take(to);
                assertThat(known.values()).as("submits went on").anyMatch(job -> job.accepted.isAfter(taken.taken()));
            }
        } finally {
            over.set(true);
            submitting.join();
            working.join();
        }
        for (int round = 0; round < 3; round++) {
            Path data = folder.resolve("restored-" + round);
            BackupManifest manifest = restore(folder.resolve("backup-" + round), data);
            checkRestored(data, manifest, known);
        }
    }

    private void submitUntil(AtomicBoolean over, Map<JobId, Known> known) {
        for (int number = 0; !over.get(); number++) {
            byte[] body = number % 20 == 7 ? randomBytes(LARGE_BYTES) : randomBytes(300 + number % 3_000);
            Content content = body.length == LARGE_BYTES ? store.spooled(body) : Content.of(body);
            Submission submission = TestStore.with(store.submission("any"), content, null, null);
            JobId id = store.submit(submission).id();
            known.put(id, new Known(body, Instant.now()));
        }
    }

    private void workUntil(AtomicBoolean over, Map<JobId, Known> known) {
        while (!over.get()) {
            for (Lease lease : store.lease(8)) {
                Known job = known.get(lease.job().id());
                byte[] body = part(store, lease.job().id(), PayloadPart.REQUEST_BODY);
                Content result = body.length == LARGE_BYTES ? store.spooled(body) : Content.of(body);
                value(TestStore.<Job>done(
                        c -> store.jobs().complete(lease.key(), new Answer(200, bytes("h"), result), c)));
                if (job != null) {
                    job.done = Instant.now();
                }
            }
        }
    }

    private static void checkRestored(Path data, BackupManifest manifest, Map<JobId, Known> known) {
        try (TestStore restored = new TestStore(() -> new RocksFolder(data.resolve("store"), SMALL))) {
            int results = 0;
            for (Map.Entry<JobId, Known> entry : known.entrySet()) {
                Known job = entry.getValue();
                if (job.accepted.isBefore(manifest.taken())) {
                    assertThat(part(restored, entry.getKey(), PayloadPart.REQUEST_BODY))
                            .isEqualTo(job.body);
                }
                if (job.done.isBefore(manifest.taken())) {
                    assertThat(restored.job(entry.getKey()).state()).isEqualTo(JobState.SUCCEEDED);
                    assertThat(part(restored, entry.getKey(), PayloadPart.RESULT_BODY))
                            .isEqualTo(job.body);
                    results++;
                }
            }
            assertThat(results).isGreaterThanOrEqualTo(RESULTS_A_ROUND);
            assertThat(restored.damages).isEmpty();
            assertThat(manifest.jobs().get(StateClass.SUCCEEDED)).isGreaterThanOrEqualTo(results);
            assertThat(manifest.missing()).isZero();
        }
    }

    @Test
    void aBodyThatIsDeletedWhileTheBackupIsMadeIsInIt() throws Exception {
        byte[] body = randomBytes(LARGE_BYTES);
        Job job = large(body);
        AtomicBoolean begun = new AtomicBoolean();
        PassedBytes deleting = (bytes, ofBytes) -> {
            if (!begun.getAndSet(true)) {
                store.cancel(job.id());
                store.pass(TestStore.SETTINGS.retention().resultMs() + 1_000);
                awaitBodies(0);
            }
        };
        Path to = folder.resolve("backup");
        BackupManifest manifest = backup(deleting).ofLive(store.open(), live(), to);
        assertThat(begun).isTrue();
        assertThat(manifest.jobs()).containsEntry(StateClass.QUEUED, 1L).containsEntry(StateClass.CANCELED, 0L);
        restore(to, folder.resolve("restored"));
        try (TestStore restored = new TestStore(() -> new RocksFolder(folder.resolve("restored/store"), SMALL))) {
            assertThat(part(restored, job.id(), PayloadPart.REQUEST_BODY)).isEqualTo(body);
        }
        assertThat(live().resolve("looks")).isEmptyDirectory();
    }

    @Test
    void noFileIsDeletedWhileFilesAreHeld() throws Exception {
        Content.Spooled nobodys = store.spooled(randomBytes(LARGE_BYTES));
        Content.Spooled other = store.spooled(randomBytes(LARGE_BYTES));
        try (FileHold _ = store.open().holdFiles()) {
            store.spool().discard(nobodys);
            // Each on its thread, so that what was asked for before has been looked at.
            store.spooled(randomBytes(LARGE_BYTES));
            store.spooled(randomBytes(LARGE_BYTES));
            assertThat(bodies()).hasSize(4);
        }
        awaitBodies(3);
        store.spool().discard(other);
        awaitBodies(2);
    }

    @Test
    void theManifestSaysWhatThereIs() throws Exception {
        store.submit(store.submission("one"));
        store.submit(store.submission("two"));
        large(randomBytes(LARGE_BYTES));
        store.complete(store.leaseOne(), "result");
        Path to = folder.resolve("backup");
        BackupManifest manifest = take(to);
        assertThat(manifest.product()).isEqualTo("1.2.3");
        assertThat(manifest.node()).isEqualTo(7);
        assertThat(manifest.storeFormat()).isEqualTo(StoreContents.FORMAT);
        assertThat(manifest.sequence()).isPositive();
        assertThat(manifest.jobs()).containsEntry(StateClass.QUEUED, 2L).containsEntry(StateClass.SUCCEEDED, 1L);
        assertThat(manifest.bytes()).isGreaterThan(LARGE_BYTES);
        assertThat(Verification.manifest(to)).isEqualTo(manifest);
        assertThat(Verification.verify(to, PassedBytes.UNHEARD)).isEqualTo(manifest);
    }

    @Test
    void theOwnerAloneMayEnterBackupsAndRestoredStores() throws Exception {
        Path to = folder.resolve("backup");
        Path data = folder.resolve("restored");
        take(to);
        restore(to, data);
        Path waiting = Files.createDirectory(folder.resolve("waiting"));
        restore(to, waiting);
        for (Path made : List.of(to, data, data.resolve("store"), waiting.resolve("store"))) {
            assertThat(Files.getPosixFilePermissions(made))
                    .as(made.toString())
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aBodyThatWasMissingBeforeIsNamed() throws Exception {
        large(randomBytes(LARGE_BYTES));
        Files.delete(bodies().getFirst());
        Path to = folder.resolve("backup");
        assertThat(take(to).missing()).isEqualTo(1);
        assertThat(to.resolve("manifest")).content().containsPattern("\nmissing store/spool/[0-9]+/[0-9-]+/[0-9]+\n");
        assertThat(Verification.verify(to, PassedBytes.UNHEARD).missing()).isEqualTo(1);
    }

    /// Else the bodies of the restored store's first run would have the names that the missing ones had.
    @Test
    void aRunWhoseBodiesAreMissingIsCountedAfterARestore() throws Exception {
        large(randomBytes(LARGE_BYTES));
        Path gone = bodies().getFirst();
        int run = Integer.parseInt(
                live().resolve("spool").relativize(gone).getName(0).toString());
        Files.delete(gone);
        take(folder.resolve("backup"));
        Path data = folder.resolve("restored");
        restore(folder.resolve("backup"), data);

        Path spool = data.resolve("store/spool");
        assertThat(spool.resolve(Integer.toString(run))).isDirectory();
        try (TestStore restored = TestStore.withQueue(() -> new RocksFolder(data.resolve("store"), SMALL))) {
            restored.submit(
                    TestStore.with(restored.submission("large"), restored.spooled(randomBytes(10)), null, null));
            assertThat(spool.resolve(Integer.toString(run + 1))).isDirectory();
            assertThat(spool.resolve(live().resolve("spool").relativize(gone))).doesNotExist();
        }
    }

    // ---- a store that is stopped

    @Test
    void aStoppedStoreIsCopiedAndNotTouched() throws Exception {
        byte[] body = randomBytes(LARGE_BYTES);
        Job job = large(body);
        Job small = store.submit(store.submission("only in the log"));
        Path to = folder.resolve("backup");
        assertThatThrownBy(() -> backup(PassedBytes.UNHEARD).ofStopped(live(), to))
                .isInstanceOf(StorageInUseException.class);
        assertThat(to).doesNotExist();
        store.close();
        Map<String, String> before = contentOf(live());
        backup(PassedBytes.UNHEARD).ofStopped(live(), to);
        assertThat(contentOf(live())).isEqualTo(before);
        restore(to, folder.resolve("restored"));
        store = new TestStore(() -> new RocksFolder(folder.resolve("restored/store"), SMALL));
        assertThat(part(store, job.id(), PayloadPart.REQUEST_BODY)).isEqualTo(body);
        assertThat(part(store, small.id(), PayloadPart.REQUEST_BODY)).isEqualTo(bytes("only in the log"));
    }

    static Map<String, String> contentOf(Path top) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(
                        top.relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    @Test
    void whereThereIsNoStoreNoneIsMade() {
        Path empty = folder.resolve("empty");
        assertThatThrownBy(() -> backup(PassedBytes.UNHEARD).ofStopped(empty, folder.resolve("backup")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no store in " + empty);
        assertThat(empty).doesNotExist();
    }

    // ---- what is refused

    private static void assertRefused(BackupFailure.Kind kind, String says, ThrowingCall call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        BackupFailure.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(says);
    }

    private interface ThrowingCall {
        void run() throws Exception;
    }

    @Test
    void oneBitOfOneFileIsFound() throws Exception {
        store.submit(store.submission("one"));
        large(randomBytes(LARGE_BYTES));
        Path to = folder.resolve("backup");
        take(to);
        List<Path> all;
        try (Stream<Path> files = Files.walk(to)) {
            all = files.filter(Files::isRegularFile).toList();
        }
        assertThat(all).hasSizeGreaterThan(5);
        for (Path file : all) {
            for (int flip = 0; flip < 2 && Files.size(file) > 0; flip++) {
                long at = random.nextLong(Files.size(file));
                int bit = 1 << random.nextInt(8);
                flip(file, at, bit);
                assertThatThrownBy(() -> restore(to, folder.resolve("restored")))
                        .as("byte " + at + " of " + file)
                        .isInstanceOf(BackupFailure.class)
                        .hasMessageContaining(file.toString());
                flip(file, at, bit);
            }
        }
        assertThat(folder.resolve("restored")).doesNotExist();
        Path gone = all.stream()
                .filter(file -> file.toString().contains("spool"))
                .findFirst()
                .orElseThrow();
        Files.delete(gone);
        assertRefused(
                BackupFailure.Kind.DAMAGED, gone + ": it is missing", () -> restore(to, folder.resolve("restored")));
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ bit);
        }
    }

    @Test
    void aBackupThatFailsLeavesNothing() throws Exception {
        store.submit(store.submission("one"));
        Path to = folder.resolve("backup");
        PassedBytes failing = (bytes, ofBytes) -> {
            throw new IllegalStateException("planted");
        };
        assertThatThrownBy(() -> backup(failing).ofLive(store.open(), live(), to))
                .hasMessage("planted");
        assertThat(to).doesNotExist();
        assertThat(live().resolve("looks")).isEmptyDirectory();
        take(to);
    }

    @Test
    void aFolderWithoutAManifestIsNoBackup() throws Exception {
        store.submit(store.submission("one"));
        Path to = folder.resolve("backup");
        take(to);
        Files.delete(to.resolve("manifest"));
        assertRefused(
                BackupFailure.Kind.NO_BACKUP, to + " is no backup", () -> restore(to, folder.resolve("restored")));
    }

    @Test
    void aBackupOfAnotherFormatIsRefusedWithBothVersions() throws Exception {
        Path to = folder.resolve("backup");
        take(to);
        rewriteManifest(to, "store-format " + StoreContents.FORMAT, "store-format 99");
        assertRefused(
                BackupFailure.Kind.OTHER_FORMAT,
                "a store of format 99, written by forebay 1.2.3; this program reads format " + StoreContents.FORMAT,
                () -> restore(to, folder.resolve("restored")));
        rewriteManifest(to, "forebay-backup 1", "forebay-backup 2");
        assertRefused(
                BackupFailure.Kind.OTHER_FORMAT,
                "has format 2, this program reads 1",
                () -> restore(to, folder.resolve("restored")));
    }

    @Test
    void aManifestLeadsNowhereElse() throws Exception {
        Path to = folder.resolve("backup");
        take(to);
        rewriteManifest(to, "store/rocks/CURRENT", "store/rocks/../CURRENT");
        assertRefused(BackupFailure.Kind.DAMAGED, "no backup has", () -> restore(to, folder.resolve("restored")));
    }

    private static void rewriteManifest(Path backup, String from, String to) throws Exception {
        Path file = backup.resolve("manifest");
        String text = Files.readString(file);
        assertThat(text).contains(from);
        String lines = text.substring(0, text.lastIndexOf("end ")).replace(from, to);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, lines + "end " + HexFormat.of().formatHex(digest) + "\n");
    }

    @Test
    void whereThereIsNoRoomNothingIsBegun() throws Exception {
        Path to = folder.resolve("backup");
        Backup greedy = new Backup(AUTHOR, Long.MAX_VALUE / 2, InstantSource.system(), PassedBytes.UNHEARD);
        assertRefused(BackupFailure.Kind.NO_SPACE, "have to stay free", () -> greedy.ofLive(store.open(), live(), to));
        assertThat(to).doesNotExist();
        take(to);
        Path data = folder.resolve("restored");
        Restore careful = new Restore(Long.MAX_VALUE / 2, PassedBytes.UNHEARD, PassedBytes.UNHEARD);
        assertRefused(BackupFailure.Kind.NO_SPACE, "have to stay free", () -> careful.run(to, data));
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws Exception {
        Path to = Files.createDirectory(folder.resolve("backup"));
        take(to);
        assertRefused(BackupFailure.Kind.EXISTS, to + " is there already", () -> take(to));
        Path data = Files.createDirectory(folder.resolve("restored"));
        Path other = Files.writeString(data.resolve("notes"), "mine");
        assertRefused(BackupFailure.Kind.EXISTS, data + " is not empty", () -> restore(to, data));
        assertThat(data).isDirectoryContaining(file -> file.equals(other));
        Files.delete(other);
        Files.createDirectory(data.resolve(Restore.UNFINISHED));
        assertRefused(BackupFailure.Kind.EXISTS, "left of a restore that did not end", () -> restore(to, data));
        Files.delete(data.resolve(Restore.UNFINISHED));
        assertThat(restore(to, data)).isEqualTo(Verification.manifest(to));
        assertThat(data).isDirectoryNotContaining("glob:**" + Restore.UNFINISHED);
    }
}
