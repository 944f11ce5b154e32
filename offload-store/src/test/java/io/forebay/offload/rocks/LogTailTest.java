package io.forebay.offload.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log of a store that was killed: some commits of a few hundred bytes each, a record each.
final class LogTailTest {
    private static final int COMMITS = 20;
    private static final int HEADER_BYTES = 7;
    private static final int LENGTH_AT = 4;
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 1 << 20, 2 << 20, 0, 64 << 20);

    @TempDir
    Path folder = Path.of("");

    private byte[] whole = new byte[0];
    private Path log = Path.of("");

    @BeforeEach
    void commitAndLeaveALog() throws CommitFailure, IOException {
        try (RocksFolder owned = new RocksFolder(folder, SMALL);
                Storage storage = owned.open();
                Batch batch = storage.batch()) {
            for (int commit = 0; commit < COMMITS; commit++) {
                batch.clear();
                batch.put(Family.JOB, key(commit), new byte[100 + 17 * commit]);
                storage.commit(batch);
            }
        }
        try (Stream<Path> files = Files.list(folder.resolve("rocks"))) {
            log = files.filter(file -> file.toString().endsWith(".log"))
                    .max((a, b) -> a.compareTo(b))
                    .orElseThrow();
        }
        whole = Files.readAllBytes(log);
        assertThat(records()).hasSize(COMMITS);
    }

    private static byte[] key(int commit) {
        return new byte[] {(byte) commit};
    }

    /// Where the records begin.
    private List<Integer> records() {
        List<Integer> records = new ArrayList<>();
        for (int at = 0; at + HEADER_BYTES <= whole.length; at += HEADER_BYTES + length(at)) {
            records.add(at);
        }
        return records;
    }

    private int length(int record) {
        return Byte.toUnsignedInt(whole[record + LENGTH_AT]) | Byte.toUnsignedInt(whole[record + LENGTH_AT + 1]) << 8;
    }

    /// How many of the commits, from the first, a store that opens on this log has.
    private int commitsIn(byte[] bytes) throws IOException {
        Files.write(log, bytes);
        Path copy = folder.resolve("copy" + System.nanoTime());
        Files.createDirectories(copy.resolve("rocks"));
        try (Stream<Path> files = Files.list(folder.resolve("rocks"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve("rocks").resolve(file.getFileName()));
            }
        }
        try (RocksFolder owned = new RocksFolder(copy, SMALL);
                Storage storage = owned.open()) {
            int commits = 0;
            while (storage.read(Family.JOB, key(commits)) != null) {
                commits++;
            }
            return commits;
        }
    }

    @Test
    void aLengthThatReachesBeyondTheEndIsPutRight() throws IOException {
        int tried = 0;
        for (int record : List.of(records().get(COMMITS / 2), records().getLast())) {
            for (int bit = 0; bit < Short.SIZE; bit++) {
                byte[] damaged = whole.clone();
                damaged[record + LENGTH_AT + bit / 8] ^= (byte) (1 << bit % 8);
                int length = length(record) ^ 1 << bit;
                if (record + HEADER_BYTES + length > whole.length) {
                    tried++;
                    assertThat(commitsIn(damaged))
                            .as("bit %s of %s", bit, record)
                            .isEqualTo(COMMITS);
                }
            }
        }
        assertThat(tried).isGreaterThan(4);
    }

    @Test
    void aRecordThatACrashCutShortIsLeftAlone() throws IOException {
        int last = records().getLast();
        for (int size = last; size < whole.length; size += 41) {
            byte[] torn = new byte[size];
            System.arraycopy(whole, 0, torn, 0, size);
            assertThat(commitsIn(torn)).as("%s of %s bytes", size, whole.length).isEqualTo(COMMITS - 1);
        }
    }

    @Test
    void alsoInALaterBlock() throws IOException, CommitFailure {
        try (RocksFolder owned = new RocksFolder(folder.resolve("long"), SMALL);
                Storage storage = owned.open();
                Batch batch = storage.batch()) {
            for (int commit = 0; commit < COMMITS; commit++) {
                batch.clear();
                batch.put(Family.JOB, key(commit), new byte[10_000]);
                storage.commit(batch);
            }
        }
        Path rocks = folder.resolve("long/rocks");
        Path longLog;
        try (Stream<Path> files = Files.list(rocks)) {
            longLog = files.filter(file -> file.toString().endsWith(".log"))
                    .max((a, b) -> a.compareTo(b))
                    .orElseThrow();
        }
        try (RandomAccessFile bytes = new RandomAccessFile(longLog.toFile(), "rw")) {
            long block = (bytes.length() - 1) / (32 << 10) * (32 << 10);
            bytes.seek(block + LENGTH_AT + 1);
            int high = bytes.read();
            bytes.seek(block + LENGTH_AT + 1);
            bytes.write(high ^ 0x80);
        }
        try (RocksFolder owned = new RocksFolder(folder.resolve("long"), SMALL);
                Storage storage = owned.open()) {
            for (int commit = 0; commit < COMMITS; commit++) {
                assertThat(storage.read(Family.JOB, key(commit)))
                        .as("commit %s", commit)
                        .hasSize(10_000);
            }
        }
    }
}
