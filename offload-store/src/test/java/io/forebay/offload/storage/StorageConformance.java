package io.forebay.offload.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every storage must do; each implementation extends it.
public abstract class StorageConformance {
    private StorageOpener opener = () -> {
        throw new StorageException("not yet");
    };
    private Storage storage = new MemoryFolder().open();

    protected abstract StorageOpener opener();

    @BeforeEach
    void openStorage() {
        storage.close();
        opener = opener();
        storage = opener.open();
    }

    @AfterEach
    void closeStorage() {
        storage.close();
        opener.close();
    }

    @Test
    void committedValuesAreReadAndUncommittedAreNot() throws CommitFailure {
        try (Batch batch = storage.batch()) {
            batch.put(Family.JOB, bytes("a"), bytes("1"));
            assertThat(storage.read(Family.JOB, bytes("a"))).isNull();
            storage.commit(batch);
        }
        assertThat(storage.read(Family.JOB, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(storage.read(Family.META, bytes("a"))).isNull();
    }

    @Test
    void theLaterChangeOfAKeyWins() throws CommitFailure {
        try (Batch batch = storage.batch()) {
            batch.put(Family.JOB, bytes("a"), bytes("1"));
            batch.delete(Family.JOB, bytes("a"));
            batch.put(Family.JOB, bytes("b"), bytes("1"));
            batch.put(Family.JOB, bytes("b"), bytes("2"));
            assertThat(batch.count()).isEqualTo(4);
            assertThat(batch.bytes()).isPositive();
            storage.commit(batch);
            batch.clear();
            assertThat(batch.count()).isZero();
        }
        assertThat(storage.read(Family.JOB, bytes("a"))).isNull();
        assertThat(storage.read(Family.JOB, bytes("b"))).isEqualTo(bytes("2"));
    }

    @Test
    void scansAreBoundedOrderedUnsignedAndStopWhenTold() throws CommitFailure {
        try (Batch batch = storage.batch()) {
            for (int i = 0; i < 256; i++) {
                batch.put(Family.READY, new byte[] {(byte) i}, bytes(Integer.toString(i)));
            }
            storage.commit(batch);
        }
        assertThat(keys(new byte[] {(byte) 126}, new byte[] {(byte) 130}, 100)).containsExactly(126, 127, 128, 129);
        assertThat(keys(new byte[] {(byte) 250}, new byte[] {-1}, 2)).containsExactly(250, 251);
        assertThat(keys(new byte[] {5}, new byte[] {5}, 10)).isEmpty();
    }

    private List<Integer> keys(byte[] from, byte[] to, int limit) {
        List<Integer> keys = new ArrayList<>();
        storage.scan(Family.READY, from, to, (key, value) -> {
            keys.add(key[0] & 0xff);
            return keys.size() < limit;
        });
        return keys;
    }

    @Test
    void aViewDoesNotMove() throws CommitFailure {
        put("a", "1");
        try (View view = storage.view()) {
            put("a", "2");
            put("b", "2");
            assertThat(view.read(Family.META, bytes("a"))).isEqualTo(bytes("1"));
            List<String> seen = new ArrayList<>();
            view.scan(
                    Family.META,
                    bytes("a"),
                    bytes("z"),
                    (key, value) -> seen.add(new String(key, StandardCharsets.UTF_8)));
            assertThat(seen).containsExactly("a");
        }
        assertThat(storage.read(Family.META, bytes("a"))).isEqualTo(bytes("2"));
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() throws CommitFailure {
        put("a", "1");
        storage.close();
        storage = opener.open();
        assertThat(storage.read(Family.META, bytes("a"))).isEqualTo(bytes("1"));
    }

    @Test
    void twoCannotOpenOneFolder() {
        assertThatThrownBy(opener::open).isInstanceOf(StorageException.class);
    }

    @Test
    void usableBytesArePositive() {
        assertThat(storage.usableBytes()).isPositive();
    }

    private void put(String key, String value) throws CommitFailure {
        try (Batch batch = storage.batch()) {
            batch.put(Family.META, bytes(key), bytes(value));
            storage.commit(batch);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
