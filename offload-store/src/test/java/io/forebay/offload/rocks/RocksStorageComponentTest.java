package io.forebay.offload.rocks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.ScanTooLongException;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageConformance;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageOpener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStorageComponentTest extends StorageConformance {
    static final RocksSettings SMALL = new RocksSettings(8 << 20, 8 << 20, 16 << 20, 1 << 20, 64 << 20);

    @TempDir
    Path folder = Path.of("");

    @Override
    protected StorageOpener opener() {
        return new RocksFolder(folder, SMALL);
    }

    /// Entries and their deletions stand in two files, which nothing else would put together.
    @Test
    void aScanThatGaveUpAtDeletedKeysGetsThroughLater() throws Exception {
        RocksSettings fewSkipped = new RocksSettings(8 << 20, 8 << 20, 16 << 20, 0, 0, 1_000);
        try (RocksFolder owned = new RocksFolder(folder.resolve("other"), fewSkipped)) {
            changeKeys(owned, (batch, key) -> batch.put(Family.INDEX, key, new byte[8]));
            changeKeys(owned, (batch, key) -> batch.deleteOnce(Family.INDEX, key));
            try (Storage storage = owned.open()) {
                assertThatThrownBy(() -> scanAll(storage)).isInstanceOf(ScanTooLongException.class);
                await().ignoreException(ScanTooLongException.class).untilAsserted(() -> scanAll(storage));
            }
        }
    }

    private static void changeKeys(RocksFolder owned, BiConsumer<Batch, byte[]> change) throws CommitFailure {
        try (Storage storage = owned.open();
                Batch batch = storage.batch()) {
            for (int key = 0; key < 5_000; key++) {
                change.accept(batch, ByteBuffer.allocate(4).putInt(key).array());
            }
            storage.commit(batch);
        }
    }

    private static void scanAll(Storage storage) {
        storage.scan(Family.INDEX, new byte[4], new byte[] {0, 1, 0, 0}, (key, value) -> true);
    }

    @Test
    void aSecondOwnerOfTheFolderIsRefusedByName() {
        assertThatThrownBy(() -> new RocksFolder(folder, SMALL))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in use");
    }
}
