package io.forebay.main.operator;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.Reply;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.intake.OffloadStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Backups of the store of this process, one at a time, each on a thread of its own, `store-backup`. Any thread asks.
public final class BackupPort implements BackupAdmin {
    private static final System.Logger LOG = System.getLogger(BackupPort.class.getName());
    /// A backup leaves four times the store's hard mark free: below that, large bodies are refused.
    static final long RESERVE_BYTES = 4 * StoreSettings.DEFAULT.diskHardMarkBytes();

    private static final long BEGUN_MS_MAX = 5_000;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Path storeFolder;
    private final @Nullable Path directory;
    private final io.forebay.offload.backup.Backup.Author author;
    private final Supplier<@Nullable OffloadStore> store;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Work> last = new AtomicReference<>();

    /// @param directory below which backups go, null for none
    /// @param store that is open, or null while there is none
    public BackupPort(
            Path storeFolder,
            @Nullable Path directory,
            io.forebay.offload.backup.Backup.Author author,
            Supplier<@Nullable OffloadStore> store,
            InstantSource clock) {
        this.storeFolder = storeFolder;
        this.directory = directory;
        this.author = author;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Reply<Backups> backups() {
        Work work = last.get();
        return Reply.done(new Backups(
                directory == null ? null : directory.toAbsolutePath().toString(), work == null ? null : work.shown()));
    }

    @Override
    public Reply<Backup> begin(String name) {
        if (directory == null) {
            return new Reply.Conflict<>("backups-off", "backup.directory of the boot configuration is not set");
        }
        OffloadStore open = store.get();
        if (open == null) {
            return new Reply.Unavailable<>("store-unavailable", "the store is not open yet", RETRY_AFTER_SECONDS);
        }
        Path to = directory.resolve(name);
        if (Files.exists(to)) {
            return new Reply.Conflict<>("backup-exists", name + " is there already");
        }
        Work work = new Work(name, clock.instant());
        Work before = last.get();
        if ((before != null && before.isRunning()) || !last.compareAndSet(before, work)) {
            return new Reply.Conflict<>("backup-under-way", "one at a time, and one is under way");
        }
        Thread.ofPlatform().name("store-backup").daemon().start(() -> work.run(open, to));
        return work.reply();
    }

    /// One backup. Written by its thread, shown to any.
    private final class Work {
        private final String name;
        private final Instant begun;
        private final CountDownLatch copies = new CountDownLatch(1);
        private volatile BackupState state = BackupState.RUNNING;
        private long copied;
        private volatile long copiedBytes;
        private volatile long bytes;
        private volatile @Nullable Instant taken;
        private volatile String failedAs = "";
        private volatile @Nullable String fault;

        Work(String name, Instant begun) {
            this.name = name;
            this.begun = begun;
        }

        boolean isRunning() {
            return state == BackupState.RUNNING;
        }

        Backup shown() {
            return new Backup(name, state, begun, copiedBytes, bytes, taken, fault);
        }

        void run(OffloadStore open, Path to) {
            try {
                BackupManifest manifest = new io.forebay.offload.backup.Backup(
                                author, RESERVE_BYTES, clock, this::passed)
                        .ofLive(open, storeFolder, to);
                taken = manifest.taken();
                copiedBytes = manifest.bytes();
                bytes = manifest.bytes();
                state = BackupState.DONE;
                LOG.log(
                        System.Logger.Level.INFO,
                        "backup {0} is done: {1} files, {2} bytes, as of {3}",
                        to,
                        Long.toString(manifest.files()),
                        Long.toString(manifest.bytes()),
                        manifest.taken());
            } catch (BackupFailure e) {
                failed(reason(e.kind()), String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "the backup " + to + " failed", e);
                failed("backup-failed", String.valueOf(e));
            } finally {
                copies.countDown();
            }
        }

        private void failed(String reason, String why) {
            failedAs = reason;
            fault = why;
            state = BackupState.FAILED;
        }

        private void passed(int more, long ofBytes) {
            copied += more;
            copiedBytes = copied;
            bytes = ofBytes;
            copies.countDown();
        }

        /// What is known once it copies, or has failed before that.
        Reply<Backup> reply() {
            try {
                if (!copies.await(BEGUN_MS_MAX, TimeUnit.MILLISECONDS)) {
                    LOG.log(System.Logger.Level.DEBUG, "the backup {0} has not begun to copy yet", name);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            String why = fault;
            if (why == null) {
                return Reply.done(shown());
            }
            return failedAs.equals("backup-failed")
                    ? new Reply.Unavailable<>(failedAs, why, RETRY_AFTER_SECONDS)
                    : new Reply.Conflict<>(failedAs, why);
        }
    }

    private static String reason(BackupFailure.Kind kind) {
        return switch (kind) {
            case EXISTS -> "backup-exists";
            case NO_SPACE -> "backup-no-space";
            case NO_BACKUP, DAMAGED, OTHER_FORMAT -> "backup-failed";
        };
    }
}
