package io.forebay.offload.rocks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.storage.StorageConformance;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageOpener;
import java.nio.file.Path;
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

    @Test
    void aSecondOwnerOfTheFolderIsRefusedByName() {
        assertThatThrownBy(() -> new RocksFolder(folder, SMALL))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in use");
    }
}
