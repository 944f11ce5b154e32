package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.JobEvent;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.Outcome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Clients that follow a job while it runs. Amina submits and follows; Badri may work.
@ExtendWith(LeakWatch.class)
class JobEventsComponentTest {
    private static final String PUSH = "{retry: {attempts: 3, backoff: {base: 1ms, max: 1ms}}}";
    private static final String ALWAYS = "{partialResults: always}";
    private static final String PULL = """
            {workers: pull, permissions: [\
            {verbs: [lease], principal: {jwt: {provider: idp, claims: [{name: sub, values: [badri]}]}}}]}""";
    private static final String STREAM = """
            HTTP/1.1 200 OK\r
            content-type: text/event-stream; charset=utf-8\r
            transfer-encoding: chunked\r
            \r
            """;
    private static final Pattern LEASE = Pattern.compile("\"lease\":\"([0-9a-f]+)\"");

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, PUSH);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private void queue(String spec) throws Exception {
        fixture = fixture.restarted(spec);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private EventReader follow(String job) throws IOException {
        return EventReader.follow(fixture, job, "");
    }

    private static String body(EventReader.Event event) {
        Matcher matcher = Pattern.compile("\"body\":\"(.*)\"}").matcher(event.data());
        assertThat(matcher.find()).as(event.text()).isTrue();
        return matcher.group(1);
    }

    @Test
    void aStreamedAnswerIsFollowedWhileItComesAndIsWholeInTheEnd() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.raw(STREAM + chunk("data: one\n\n"));
            seen.await(30, TimeUnit.SECONDS);
            call.raw(chunk("data: two\n\n") + "0\r\n\r\n");
        });
        String job = fixture.submit("/always", "question");
        try (EventReader events = follow(job)) {
            assertThat(events.head().getFirst()).contains(" 200 ");
            assertThat(events.head()).contains("content-type: text/event-stream", "cache-control: no-store");
            assertThat(requireNonNull(events.next()).name()).isEqualTo("state");
            EventReader.Event first = events.next("partial");
            assertThat(body(first)).isEqualTo("data: one\\n\\n");
            assertThat(text(fixture.get(job))).contains("\"state\":\"running\"");
            seen.countDown();
            EventReader.Event second = events.next("partial");
            assertThat(body(second)).isEqualTo("data: two\\n\\n");
            assertThat(second.id()).isEqualTo(first.id().replace("-1", "-2"));
            EventReader.Event end = events.next("end");
            assertThat(end.id()).isEqualTo("end");
            assertThat(end.data()).contains("\"state\":\"succeeded\"", "/result\"");
            assertThat(events.next()).isNull();
        }
        assertThat(text(fixture.get(job + "/result"))).isEqualTo("data: one\n\ndata: two\n\n");
    }

    @Test
    void whoComesLaterIsToldTheSameAndWhoResumesTheRest() throws Exception {
        Semaphore seen = new Semaphore(0);
        fixture.upstream.answering(call -> {
            call.raw(STREAM);
            for (String piece : List.of("one", "two", "three")) {
                call.raw(chunk(piece));
                seen.tryAcquire(30, TimeUnit.SECONDS);
            }
            call.raw("0\r\n\r\n");
        });
        String job = fixture.submit("/always", "question");
        try (EventReader live = follow(job)) {
            for (int pieces = 0; pieces < 3; pieces++) {
                live.next("partial");
                seen.release();
            }
        }
        fixture.awaitState(job, "succeeded");
        List<String> all;
        try (EventReader events = follow(job)) {
            all = events.rest();
        }
        assertThat(all).hasSize(4);
        assertThat(all.getFirst()).startsWith("partial 1-1 ").contains("\"body\":\"one\"");
        assertThat(all.getLast()).startsWith("end end ");
        try (EventReader events = EventReader.follow(fixture, job, "1-2")) {
            assertThat(events.rest()).isEqualTo(all.subList(2, 4));
        }
        try (EventReader events = EventReader.follow(fixture, job, "end")) {
            assertThat(events.head().getFirst()).contains(" 204 ");
        }
        HttpResponse<byte[]> invalid = fixture.get(job + "/events", "last-event-id", "seven");
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(text(invalid)).contains("parameter-invalid");
    }

    @Test
    void anotherAttemptMakesTheAnswerSoFarVoid() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Semaphore seen = new Semaphore(0);
        fixture.upstream.answering(call -> {
            boolean isFirst = attempts.incrementAndGet() == 1;
            call.raw(STREAM + chunk(isFirst ? "wrong" : "right"));
            seen.tryAcquire(30, TimeUnit.SECONDS);
            if (isFirst) {
                call.out().close();
            } else {
                call.raw("0\r\n\r\n");
            }
        });
        String job = fixture.submit("/always", "question");
        try (EventReader events = follow(job)) {
            assertThat(body(events.next("partial"))).isEqualTo("wrong");
            seen.release();
            EventReader.Event restarted = events.next("restarted");
            assertThat(restarted.data()).isEqualTo("{\"attempt\":2}");
            assertThat(restarted.id()).isEqualTo("3-1");
            assertThat(body(events.next("partial"))).isEqualTo("right");
            seen.release();
            events.next("end");
        }
        try (EventReader events = EventReader.follow(fixture, job, "1-1")) {
            assertThat(requireNonNull(events.next()).name()).isEqualTo("restarted");
        }
        try (EventReader events = EventReader.follow(fixture, job, "3-1")) {
            assertThat(body(requireNonNull(events.next()))).isEqualTo("right");
        }
    }

    @Test
    void aFollowerResumesAtTheGatewayThatComesAfter() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.raw(STREAM + chunk("attempt " + attempts.incrementAndGet()));
            if (attempts.get() == 1) {
                call.awaitClose();
            } else {
                seen.await(30, TimeUnit.SECONDS);
                call.raw("0\r\n\r\n");
            }
        });
        String job = fixture.submit("/always", "question");
        String last;
        try (EventReader events = follow(job)) {
            EventReader.Event first = events.next("partial");
            assertThat(body(first)).isEqualTo("attempt 1");
            last = first.id();
        }
        fixture = fixture.restarted(PUSH);
        try (EventReader events = EventReader.follow(fixture, job, last)) {
            events.next("restarted");
            assertThat(body(events.next("partial"))).isEqualTo("attempt 2");
            seen.countDown();
            events.next("end");
        }
    }

    @Test
    void answersThatAreNoStreamsAreKeptOnlyWhereTheQueueSaysSo() throws Exception {
        fixture.upstream.answering(call -> {
            call.raw("HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 6\r\n\r\na,b");
            Thread.sleep(300);
            call.raw("\r\n1");
        });
        String quiet = fixture.submit("/always", "question");
        try (EventReader events = follow(quiet)) {
            assertThat(events.rest()).noneMatch(event -> event.startsWith("partial"));
        }
        queue(ALWAYS);
        CountDownLatch seen = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.raw("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nab\u00e2\u0082");
            seen.await(30, TimeUnit.SECONDS);
            call.raw("\u00ac\u00ff!");
        });
        String told = fixture.submit("/always", "question");
        try (EventReader events = follow(told)) {
            assertThat(events.next("partial").data()).contains("\"body\":\"ab\"");
            seen.countDown();
            assertThat(events.next("partial").data()).contains("\"base64\":\"4oKs/yE=\"");
            assertThat(events.rest()).noneMatch(event -> event.startsWith("partial"));
        }
    }

    @Test
    void aCharacterIsNotCutInTwo() throws Exception {
        queue(ALWAYS);
        CountDownLatch seen = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.raw("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nok \u00e2\u0082");
            seen.await(30, TimeUnit.SECONDS);
            call.raw("\u00ac");
        });
        String job = fixture.submit("/always", "question");
        try (EventReader events = follow(job)) {
            assertThat(body(events.next("partial"))).isEqualTo("ok ");
            seen.countDown();
            assertThat(body(events.next("partial"))).isEqualTo("\u20ac");
        }
    }

    @Test
    void aWorkerTellsItsProgressAndSendsItsAnswerInParts() throws Exception {
        queue(PULL);
        String job = fixture.submit("/always", "question");
        String lease = text(work("/_queues/reports/leases", ""));
        assertThat(lease).contains("\"events\":0");
        String key = key(lease);
        try (EventReader events = follow(job)) {
            HttpResponse<byte[]> beat = work("/_leases/" + key + "/heartbeat?percent=40&message=page+2+of+5", "");
            assertThat(text(beat)).contains("\"until\":");
            assertThat(events.next("progress").data()).endsWith("\"percent\":40,\"message\":\"page 2 of 5\"}");
            assertThat(text(fixture.get(job))).contains("\"progress\":{\"percent\":40,\"message\":\"page 2 of 5\"}");
            for (int i = 0; i < 2; i++) {
                assertThat(text(work("/_leases/" + key + "/partial?events=1", "first ")))
                        .as("said twice, kept once")
                        .contains("\"events\":2");
            }
            assertThat(body(events.next("partial"))).isEqualTo("first ");
            HttpResponse<byte[]> ahead = work("/_leases/" + key + "/partial?events=7", "seventh");
            assertThat(ahead.statusCode()).isEqualTo(409);
            assertThat(text(ahead)).contains("\"reason\":\"events-missing\"", "2 events are kept");
            assertThat(work("/_leases/" + key + "/partial", "x".repeat((64 << 10) + 1))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(work("/_leases/" + key + "/heartbeat?percent=101", "").statusCode())
                    .isEqualTo(400);
            work("/_leases/" + key + "/complete", "first second");
            assertThat(events.next("end").data()).doesNotContain("progress");
        }
        HttpResponse<byte[]> late = work("/_leases/" + key + "/partial", "third");
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(text(late)).contains("\"reason\":\"job-succeeded\"");
    }

    private LeaseKey leased() {
        return LeaseKey.parse(key(text(work("/_queues/reports/leases", "")))).orElseThrow();
    }

    private int emit(LeaseKey lease, int after, JobEvent... events) throws Exception {
        CompletableFuture<Outcome<Integer>> kept = new CompletableFuture<>();
        fixture.gateway.store().jobs().emit(lease, after, List.of(events), kept::complete);
        return ((Outcome.Done<Integer>) kept.get(30, TimeUnit.SECONDS)).value();
    }

    @Test
    void aFollowerWithMuchToCatchUpIsToldEachEventOnce() throws Exception {
        queue(PULL);
        String job = fixture.submit("/always", "question");
        LeaseKey lease = leased();
        int events = 150;
        byte[] piece = new byte[60_000];
        for (int i = 0; i < 100; i++) {
            emit(lease, i, new JobEvent.Partial(piece));
        }
        Thread more = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 100; i < events; i++) {
                    emit(lease, i, new JobEvent.Partial(piece));
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        try (EventReader follower = follow(job)) {
            for (int i = 1; i <= events; i++) {
                assertThat(follower.next("partial").id()).isEqualTo("1-" + i);
            }
            more.join();
            work("/_leases/" + lease.text() + "/complete", "done");
            follower.next("end");
            assertThat(follower.next()).isNull();
        }
    }

    @Test
    void aHeartbeatRenewsTheLeaseAlsoWhenNoMoreEventsAreKept() throws Exception {
        queue(PULL);
        fixture.submit("/always", "question");
        LeaseKey lease = leased();
        JobEvent[] all = new JobEvent[JobEvent.AT_ONCE_MAX];
        Arrays.fill(all, new JobEvent.Progress(1, ""));
        for (int count = 0; count < JobEvent.EVENTS_MAX; count += all.length) {
            emit(lease, count, all);
        }
        HttpResponse<byte[]> full = work("/_leases/" + lease.text() + "/partial", "more");
        assertThat(full.statusCode()).isEqualTo(409);
        assertThat(text(full)).contains("\"reason\":\"events-full\"");
        HttpResponse<byte[]> beat = work("/_leases/" + lease.text() + "/heartbeat?percent=99", "");
        assertThat(beat.statusCode()).as(text(beat)).isEqualTo(200);
        assertThat(text(beat)).contains("\"until\":");
    }

    private HttpResponse<byte[]> work(String path, String body) {
        return fixture.send("POST", path, fixture.badri, body);
    }

    private static String key(String leases) {
        Matcher matcher = LEASE.matcher(leases);
        assertThat(matcher.find()).as(leases).isTrue();
        return matcher.group(1);
    }

    @Test
    void onlyWhoMayReadTheJobMayFollowIt() throws Exception {
        queue(PULL);
        String job = fixture.submit("/always", "question");
        assertThat(fixture.send("GET", job + "/events", fixture.badri, "").statusCode())
                .isEqualTo(404);
        assertThat(fixture.send("GET", job + "/events", "", "").statusCode()).isIn(401, 404);
        assertThat(fixture.send("POST", job + "/events", fixture.amina, "").statusCode())
                .isEqualTo(405);
        HttpResponse<byte[]> head = fixture.send("HEAD", job + "/events", fixture.amina, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-type")).contains("text/event-stream");
    }

    @Test
    void aClientThatLeavesIsForgottenAndADrainedOneIsAskedToComeBack() throws Exception {
        queue(PULL);
        String job = fixture.submit("/always", "question");
        try (EventReader gone = follow(job)) {
            gone.next("state");
            assertThat(fixture.gateway.gateway().longPolls()).isEqualTo(1);
        }
        Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 0);
        try (EventReader events = follow(job)) {
            events.next("state");
            Thread drain = Thread.ofVirtual().start(fixture.gateway.gateway()::drain);
            assertThat(events.rest()).isEmpty();
            assertThat(events.retryMs()).isEqualTo("1000");
            drain.join();
        }
    }
}
