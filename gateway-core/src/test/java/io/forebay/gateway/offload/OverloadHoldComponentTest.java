package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Calls that meet a backend which cannot be asked, on a route whose OffloadPolicy says `overloaded`.
@ExtendWith(LeakWatch.class)
class OverloadHoldComponentTest {
    private static final String QUEUE = "{concurrency: 2, retry: {attempts: 100, backoff: {base: 100ms, max: 200ms}},"
            + " limits: {depth: 3, maxBody: 64Ki}}";

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private void upstreamAt(int port) throws Exception {
        fixture.gateway.apply(JobFixture.policy(port, QUEUE));
    }

    @Test
    void callToADeadBackendIsKeptAndDoneOnceItIsBack() throws Exception {
        upstreamAt(JobGateway.freePort());
        String body = "x".repeat(20_000);
        String job = fixture.submit("/overloaded", body);
        assertThat(fixture.upstream.calls).isEmpty();
        upstreamAt(fixture.upstream.port());
        fixture.awaitState(job, "succeeded");
        TestUpstream.Call call = fixture.upstream.calls.poll(30, TimeUnit.SECONDS);
        assertThat(call.text()).isEqualTo(body);
        assertThat(fixture.upstream.calls).isEmpty();
    }

    @Test
    void callBeyondWhatTheBackendCanBearIsKept() throws Exception {
        fixture.gateway.apply(JobFixture.policy(fixture.upstream.port(), QUEUE) + """
                ---
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: bears-one}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: reports}]
                  adaptiveConcurrency: {minRequests: 1, maxRequests: 1}
                """);
        CountDownLatch release = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            release.await();
            call.answer(200, "", "ok");
        });
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            send(
                    client.getOutputStream(),
                    "POST /overloaded HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + fixture.amina
                            + "\r\nContent-Length: 5\r\n\r\nfirst");
            assertThat(fixture.upstream.awaitCall().text()).isEqualTo("first");
            String job = fixture.submit("/overloaded", "second");
            release.countDown();
            assertThat(line(client)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(fixture.upstream.awaitCall().text()).isEqualTo("second");
            fixture.awaitState(job, "succeeded");
        }
    }

    @Test
    void callToALivingBackendIsAnsweredAtOnce() {
        HttpResponse<byte[]> answered = fixture.send("POST", "/overloaded", fixture.amina, "order");
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(text(answered)).isEqualTo("ok");
    }

    @Test
    void clientThatAsksFirstIsToldToSendItsBody() throws Exception {
        upstreamAt(JobGateway.freePort());
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            OutputStream out = client.getOutputStream();
            send(
                    out,
                    "POST /overloaded HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + fixture.amina
                            + "\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(line(client)).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(line(client)).isEmpty();
            send(out, "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n");
            assertThat(line(client)).isEqualTo("HTTP/1.1 202 Accepted");
        }
        upstreamAt(fixture.upstream.port());
        TestUpstream.Call call = fixture.upstream.calls.poll(30, TimeUnit.SECONDS);
        assertThat(call.text()).isEqualTo("firstsecond");
    }

    @Test
    void bodyLongerThanTheQueueTakesIsRefusedAsWithoutThePolicy() throws Exception {
        upstreamAt(JobGateway.freePort());
        HttpResponse<byte[]> refused = fixture.send("POST", "/overloaded", fixture.amina, "x".repeat(70_000));
        assertThat(refused.statusCode()).isIn(502, 503);
        assertThat(fixture.queue().queued()).isZero();
    }

    @Test
    void callThatReachedTheBackendIsNotKept() {
        fixture.upstream.answering(call -> call.out().close());
        HttpResponse<byte[]> broken = fixture.send("POST", "/overloaded", fixture.amina, "order");
        assertThat(broken.statusCode()).isEqualTo(502);
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String line(Socket client) throws IOException {
        StringBuilder line = new StringBuilder();
        int b = client.getInputStream().read();
        while (b >= 0 && b != '\n') {
            if (b != '\r') {
                line.append((char) b);
            }
            b = client.getInputStream().read();
        }
        return line.toString();
    }
}
