package io.forebay.main.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.Reply;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.backup.Backup;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupPortTest {
    private static final Backup.Author AUTHOR = new Backup.Author("1.2.3", 0);

    @TempDir
    Path folder = Path.of("");

    private BackupPort port(@Nullable Path directory, @Nullable OffloadStore store) {
        return new BackupPort(folder.resolve("store"), directory, AUTHOR, () -> store, InstantSource.system());
    }

    private static void assertConflict(Reply<BackupAdmin.Backup> reply, String reason) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(reason));
    }

    @Test
    void withoutAFolderThereAreNone() {
        BackupPort port = port(null, null);
        assertThat(port.backups()).isEqualTo(Reply.done(new BackupAdmin.Backups(null, null)));
        assertConflict(port.begin("monday"), "backups-off");
    }

    @Test
    void whileTheStoreIsNotOpenItIsToBeAskedAgain() {
        assertThat(port(folder, null).begin("monday")).isInstanceOf(Reply.Unavailable.class);
    }

    @Test
    void oneIsTakenAndItsNameIsTakenToo() {
        Path directory = folder.resolve("backups");
        try (OffloadStore store = OffloadStore.open(
                new RocksFolder(folder.resolve("store"), RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE)) {
            BackupPort port = port(directory, store);
            assertThat(port.begin("monday")).isInstanceOf(Reply.Done.class);
            Awaitility.await()
                    .until(() -> port.backups() instanceof Reply.Done<BackupAdmin.Backups>(var backups)
                            && backups.last() != null
                            && backups.last().state() == BackupAdmin.BackupState.DONE);
            assertThat(Files.exists(directory.resolve("monday/manifest"))).isTrue();
            assertConflict(port.begin("monday"), "backup-exists");
            assertThat(port.begin("tuesday")).isInstanceOf(Reply.Done.class);
        }
    }
}
