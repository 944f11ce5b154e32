package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.bytes;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.EventPage;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.codec.Keys;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.MemoryFolder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a worker says while its job runs, and what is kept of it.
final class JobEventsTest {
    private static final int ANYWHERE = -1;

    private final MemoryFolder folder = new MemoryFolder();
    private final TestStore store = TestStore.withQueue(() -> folder);

    @AfterEach
    void close() {
        store.close();
    }

    private CompletableFuture<Outcome<Integer>> emitLater(Lease lease, int after, JobEvent... events) {
        return TestStore.<Integer>done(c -> store.jobs().emit(lease.key(), after, List.of(events), c));
    }

    private int emit(Lease lease, int after, JobEvent... events) {
        return value(emitLater(lease, after, events));
    }

    private static JobEvent part(String text) {
        return new JobEvent.Partial(bytes(text));
    }

    private EventPage events(JobId id, int from, int limit) {
        return value(TestStore.<EventPage>done(c -> store.reader().events(id, from, limit, c)));
    }

    private long blobsOf(JobId id) {
        byte[] prefix = Keys.job(id);
        return requireNonNull(folder.content().get(Family.BLOB)).keySet().stream()
                .filter(key -> Arrays.equals(prefix, Arrays.copyOf(key, prefix.length)))
                .count();
    }

    private static List<String> texts(EventPage page) {
        return page.entries().stream()
                .map(entry -> entry.number() + " "
                        + switch (entry.event()) {
                            case JobEvent.Partial(byte[] content) -> new String(content, StandardCharsets.UTF_8);
                            case JobEvent.Progress(int percent, String message) -> percent + "% " + message;
                        })
                .toList();
    }

    @Test
    void eventsAreKeptInOrderAndReadFromAnyNumber() {
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = store.leaseOne();
        assertThat(emit(lease, 0, part("one "), new JobEvent.Progress(40, "half way")))
                .isEqualTo(2);
        assertThat(emit(lease, 2, part("two"))).isEqualTo(3);
        assertThat(texts(events(id, 0, 10))).containsExactly("0 one ", "1 40% half way", "2 two");
        assertThat(texts(events(id, 1, 1))).containsExactly("1 40% half way");
        assertThat(texts(events(id, 3, 10))).isEmpty();
        EventPage.Entry first = events(id, 0, 1).entries().getFirst();
        assertThat(first.epoch()).isEqualTo(lease.key().epoch());
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.atMs()).isEqualTo(store.time.wallMs());
    }

    @Test
    void progressIsAnotherVersionOfTheJobAndMoreOfTheAnswerIsNot() {
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = store.leaseOne();
        store.changes.clear();
        emit(lease, 0, part("one"));
        Job quiet = store.job(id);
        assertThat(quiet.version()).isEqualTo(lease.job().version());
        assertThat(quiet.events()).isEqualTo(1);
        assertThat(store.changes).containsExactly(id + " emitted");
        emit(lease, 1, new JobEvent.Progress(JobEvent.Progress.UNKNOWN, "begun"));
        Job told = store.job(id);
        assertThat(told.version()).isEqualTo(quiet.version() + 1);
        assertThat(told.progress()).isEqualTo(new JobEvent.Progress(JobEvent.Progress.UNKNOWN, "begun"));
        assertThat(store.changes).containsExactly(id + " emitted", id + " RUNNING", id + " emitted");
        assertThat(store.complete(lease, "done").progress()).isNull();
    }

    @Test
    void whatIsOfferedAgainIsKeptOnce() {
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = store.leaseOne();
        store.inOneBatch(all -> {
            emitLater(lease, 0, part("one"));
            emitLater(lease, 0, part("one"));
        });
        assertThat(emit(lease, 0, part("one"))).isEqualTo(1);
        assertThat(texts(events(id, 0, 10))).containsExactly("0 one");
        assertThat(refusal(emitLater(lease, 5, part("six")))).isEqualTo(new StoreRefusal.EventsMissing(id, 1));
        assertThat(emit(lease, ANYWHERE, part("two"))).isEqualTo(2);
    }

    @Test
    void anotherAttemptsEventsComeUnderAnotherEpochAndItsProgressBeginsAnew() {
        JobId id = store.submit(store.submission("x")).id();
        Lease first = store.leaseOne();
        emit(first, 0, part("one"), new JobEvent.Progress(90, ""));
        value(store.failLater(first, Failure.retryable("status-503")));
        assertThat(refusal(emitLater(first, 2, part("late")))).isInstanceOf(StoreRefusal.StaleEpoch.class);
        assertThat(store.job(id).progress()).isNull();
        store.pass(8_000);
        Lease second = store.leaseOne();
        assertThat(second.job().progress()).isNull();
        assertThat(second.job().events()).isEqualTo(2);
        emit(second, 2, part("uno"));
        EventPage.Entry last = events(id, 2, 1).entries().getFirst();
        assertThat(last.epoch())
                .isEqualTo(second.key().epoch())
                .isGreaterThan(first.key().epoch());
        assertThat(last.attempt()).isEqualTo(2);
        store.complete(second, "done");
        assertThat(refusal(emitLater(second, 3, part("late")))).isInstanceOf(StoreRefusal.AlreadyTerminal.class);
    }

    @Test
    void theEventsOfAPullWorkerGoOnAfterARestart() {
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        emit(lease, 0, part("one"));
        store.restart();
        assertThat(emit(lease, 0, part("one"))).isEqualTo(1);
        assertThat(emit(lease, 1, part("two"))).isEqualTo(2);
        assertThat(texts(events(id, 0, 10))).containsExactly("0 one", "1 two");
    }

    @Test
    void thereIsABoundOfEventsAndOfTheirBytes() {
        Job job = store.submit(store.submission("x"));
        Lease lease = store.leaseOne();
        List<JobEvent> all = new ArrayList<>();
        for (int i = 0; i < JobEvent.AT_ONCE_MAX; i++) {
            all.add(part("e" + i));
        }
        int count = 0;
        while (count < JobEvent.EVENTS_MAX) {
            count = emit(lease, count, all.toArray(JobEvent[]::new));
        }
        StoreRefusal full = new StoreRefusal.EventsFull(job.id(), JobEvent.EVENTS_MAX, JobEvent.BYTES_MAX);
        assertThat(refusal(emitLater(lease, count, part("one more")))).isEqualTo(full);

        Job large = store.submit(store.submission("y"));
        Lease other = store.leaseOne();
        byte[] most = new byte[JobEvent.AT_ONCE_BYTES_MAX];
        for (int i = 0; i < JobEvent.BYTES_MAX / most.length; i++) {
            emit(other, i, new JobEvent.Partial(most));
        }
        assertThat(refusal(emitLater(other, ANYWHERE, part("!")))).isInstanceOf(StoreRefusal.EventsFull.class);
        assertThat(refusal(emitLater(other, ANYWHERE, new JobEvent.Partial(new byte[most.length + 1]))))
                .isInstanceOf(StoreRefusal.PayloadTooLarge.class);
        assertThat(events(large.id(), 0, 100).entries()).hasSize(1);
        assertThat(store.complete(lease, "done").events()).isEqualTo(count);

        store.pass(10_001);
        store.pass(1);
        for (int i = 0; i < JobEvent.EVENTS_MAX / 256 + 2; i++) {
            store.pass(10);
        }
        assertThat(store.job(job.id()).sizes().payloadGone()).isTrue();
        assertThat(blobsOf(job.id())).isZero();
    }

    @Test
    void eventsGoWithTheBytesOfTheirJob() {
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = store.leaseOne();
        emit(lease, 0, part("one"));
        store.complete(lease, "done");
        assertThat(texts(events(id, 0, 10))).containsExactly("0 one");
        store.pass(10_001);
        assertThat(refusal(TestStore.<EventPage>done(c -> store.reader().events(id, 0, 10, c))))
                .isInstanceOf(StoreRefusal.PayloadGone.class);
        assertThat(refusal(TestStore.<byte[]>done(c -> store.reader().payload(id, PayloadPart.RESULT_BODY, c))))
                .isInstanceOf(StoreRefusal.PayloadGone.class);
        assertThat(events(id, 1, 10).entries()).isEmpty();
        assertThat(store.job(id).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(blobsOf(id)).isZero();
    }

    @Test
    void aDiskThatIsLowHasBetterUsesThanEvents() {
        store.settings(new StoreSettings(256, 8 << 20, 4_096, 1));
        JobId id = store.submit(store.submission("x")).id();
        Lease lease = store.leaseOne();
        emit(lease, 0, part("one"));
        store.seam().usableBytes(0);
        store.pass(2_000);
        assertThat(refusal(emitLater(lease, 1, part("two")))).isInstanceOf(StoreRefusal.DiskFull.class);
        assertThat(emit(lease, 0, part("one"))).as("what is kept is kept").isEqualTo(1);
        assertThat(store.complete(lease, "done").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(texts(events(id, 0, 10))).containsExactly("0 one");
    }
}
