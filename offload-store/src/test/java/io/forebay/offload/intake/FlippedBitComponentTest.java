package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.offload.Submission;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.simulation.SilentFailures;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One bit of one file on disk is other than it was written. Whatever bit of whatever file: no wrong byte is ever given
/// out, and nothing is missing without a word.
@ExtendWith(SilentFailures.class)
final class FlippedBitComponentTest {
    private static final long SEED = Long.getLong("forebay.flips.seed", 20_261_126);
    private static final int ROUNDS = Integer.getInteger("forebay.flips", 60);
    private static final int JOBS = 120;
    private static final int[] BODY_BYTES = {10, 1_500, 5_000, 70_000};
    private static final int LARGE_BYTES = 1_100_000;
    private static final int LARGE_EVERY = 40;
    /// So small that most of it is in tables, and the rest in the log.
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 1 << 20, 2 << 20, 0, 64 << 20);

    @TempDir
    Path folder = Path.of("");

    private final Random random = new Random(SEED);
    private final Map<JobId, Known> known = new LinkedHashMap<>();

    /// A job and its parts as they were.
    private record Known(Job job, Map<PayloadPart, byte[]> parts) {}

    /// What came of one bit.
    private enum Found {
        NOTHING,
        THE_STORE_DOES_NOT_OPEN,
        SOMETHING_IS_REFUSED
    }

    private static TestStore open(Path at) {
        return TestStore.withQueue(() -> new RocksFolder(at, SMALL));
    }

    private Submission submission(TestStore store, int number) {
        Submission plain = store.submission("x");
        byte[] body = new byte[BODY_BYTES[number % BODY_BYTES.length]];
        random.nextBytes(body);
        return TestStore.with(plain, Content.of(body), null, null);
    }

    private Submission large(TestStore store) {
        byte[] body = new byte[LARGE_BYTES];
        random.nextBytes(body);
        return TestStore.with(store.submission("x"), store.spooled(body), null, null);
    }

    private void fill(Path at) {
        try (TestStore store = open(at)) {
            List<JobId> ids = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                ids.add(store.submit(i % LARGE_EVERY == 0 ? large(store) : submission(store, i))
                        .id());
                if (i % 3 == 0) {
                    Lease lease = store.leaseAll(1).getFirst();
                    if (i % 2 == 0) {
                        store.complete(lease, "result " + "r".repeat(random.nextInt(9_000)));
                    } else {
                        value(store.failLater(lease, Failure.fatal("status-400", null)));
                    }
                }
                if (i == JOBS / 2) {
                    store.restart();
                }
            }
            for (JobId id : ids) {
                known.put(id, new Known(store.job(id), parts(store, id)));
            }
        }
    }

    private static Map<PayloadPart, byte[]> parts(TestStore store, JobId id) {
        Map<PayloadPart, byte[]> parts = new EnumMap<>(PayloadPart.class);
        for (PayloadPart part : PayloadPart.values()) {
            StoredPart whole =
                    value(TestStore.<StoredPart>done(c -> store.reader().part(id, part, c)));
            parts.put(part, TestStore.read(whole, 0));
        }
        return parts;
    }

    @Test
    void noBitIsFlippedInSilence() throws IOException {
        System.out.println("FlippedBitComponentTest seed " + SEED);
        Path whole = folder.resolve("whole");
        fill(whole);
        Map<String, Integer> tally = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path copy = folder.resolve("copy");
            copy(whole, copy);
            String flipped = flip(copy);
            Found found = look(copy, "round " + round + ", " + flipped);
            String kind = flipped.substring(flipped.lastIndexOf('.') + 1).split(" ", 2)[0];
            tally.merge(kind + ": " + found, 1, Integer::sum);
            delete(copy);
        }
        System.out.println("one bit flipped, " + ROUNDS + " times: " + tally);
    }

    /// Which file and where.
    private String flip(Path copy) throws IOException {
        List<Path> files;
        Path rocks = copy.resolve("rocks");
        Path spool = copy.resolve("spool");
        try (Stream<Path> stored = Files.walk(rocks, 1);
                Stream<Path> spooled = Files.walk(spool)) {
            files = Stream.concat(stored, spooled)
                    .filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    .filter(file -> !file.getFileName().toString().startsWith("LOG"))
                    .sorted()
                    .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (random.nextDouble() * bytes.length());
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 1 << random.nextInt(8));
            String name =
                    file.startsWith(spool) ? "file.spool" : file.getFileName().toString();
            return name + " at " + at + " of " + bytes.length();
        }
    }

    private Found look(Path copy, String what) {
        TestStore store;
        try {
            store = open(copy);
        } catch (StorageException | AssertionError loud) {
            return Found.THE_STORE_DOES_NOT_OPEN;
        }
        try (store) {
            boolean isRefused = false;
            for (Map.Entry<JobId, Known> entry : known.entrySet()) {
                isRefused |= isRefused(store, entry.getKey(), entry.getValue(), what);
            }
            return isRefused ? Found.SOMETHING_IS_REFUSED : Found.NOTHING;
        }
    }

    private static boolean isRefused(TestStore store, JobId id, Known as, String what) {
        Outcome<Job> job =
                TestStore.outcome(TestStore.<Job>done(c -> store.reader().job(id, c)));
        if (job instanceof Outcome.Refused<Job>(StoreRefusal refusal)) {
            assertThat(refusal)
                    .as("%s: %s is missing, and nobody says why", what, id)
                    .isNotInstanceOf(StoreRefusal.NotFound.class);
            return true;
        }
        assertThat(((Outcome.Done<Job>) job).value()).as("%s: the job", what).isEqualTo(as.job());
        boolean isRefused = false;
        for (PayloadPart part : PayloadPart.values()) {
            isRefused |= isRefused(store, id, part, requireNonNull(as.parts().get(part)), what);
        }
        return isRefused;
    }

    private static boolean isRefused(TestStore store, JobId id, PayloadPart part, byte[] as, String what) {
        if (!(TestStore.outcome(TestStore.<StoredPart>done(c -> store.reader().part(id, part, c)))
                instanceof Outcome.Done<StoredPart>(StoredPart kept))) {
            return true;
        }
        assertThat(kept.bytes())
                .as("%s: the length of %s of %s", what, part, id)
                .isEqualTo(as.length);
        for (int at = 0; at < as.length; ) {
            int from = at;
            if (!(TestStore.outcome(TestStore.<byte[]>done(c -> kept.read(from, c)))
                    instanceof Outcome.Done<byte[]>(byte[] piece))) {
                return true;
            }
            assertThat(piece)
                    .as("%s: %s of %s at %s", what, part, id, from)
                    .isEqualTo(Arrays.copyOfRange(as, from, from + piece.length));
            at += piece.length;
        }
        return false;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void delete(Path at) throws IOException {
        try (Stream<Path> all = Files.walk(at)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
