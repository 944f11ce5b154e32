package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A start on the store of another version: docs/install.md says how it looks.
class StoreOpeningTest {
    private static final byte[] FORMAT = {1};

    @TempDir
    private Path data = Path.of("");

    private RocksFolder folder() {
        return new RocksFolder(data.resolve("store"), RocksSettings.DEFAULT);
    }

    /// As the other version would have written it: `meta/01`, the value's own version, the number and a checksum.
    private static byte[] format(int number) {
        byte[] fields = {1, (byte) number};
        CRC32C crc = new CRC32C();
        crc.update(fields);
        return ByteBuffer.allocate(fields.length + Integer.BYTES)
                .put(fields)
                .putInt((int) crc.getValue())
                .array();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aStoreOfAnotherFormatIsRefusedWithBothNumbersAndLeftAsItIs(int difference) throws Exception {
        int other = StoreContents.FORMAT + difference;
        try (RocksFolder folder = folder();
                Storage storage = folder.open();
                Batch batch = storage.batch()) {
            batch.put(Family.META, FORMAT, format(other));
            storage.commit(batch);
        }

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> StoreOpening.begin(data, false, StoreListener.NONE, StoreObserver.NONE))
                .withMessageContaining("the store has format " + other + ", this program reads " + StoreContents.FORMAT)
                .satisfies(refused -> assertThat(refused.exitCode()).isEqualTo(65));

        try (RocksFolder folder = folder();
                Storage storage = folder.open()) {
            assertThat(storage.read(Family.META, FORMAT)).isEqualTo(format(other));
        }
    }
}
