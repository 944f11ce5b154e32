package io.forebay.gateway.takeover;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.Gateway;
import io.forebay.gateway.offload.JobFixture;
import io.forebay.gateway.offload.TestUpstream;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.intake.AwaitedStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two gateways on one port: the first has the store, the second gets the clients and has it later.
@ExtendWith(LeakWatch.class)
class TakeOverComponentTest {
    private final AwaitedStore awaited = new AwaitedStore();
    private JobFixture fixture;
    private Gateway successor;
    private Path socket;
    private volatile boolean isLeaving;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, "{concurrency: 2}");
        socket = folder.resolve("owner.sock");
        fixture.gateway.gateway().awaitSuccessor(socket, begun -> {
            boolean isFirst = !isLeaving;
            isLeaving = true;
            if (isFirst) {
                begun.run();
            }
            return isFirst;
        });
        successor = fixture.gateway.successor(awaited, socket);
    }

    @AfterEach
    void stop() throws IOException {
        successor.close();
        fixture.close();
    }

    /// The first has given the store up: nobody is at its socket any more.
    private void ownerGoes() throws IOException {
        Files.delete(socket);
    }

    private void storeComes() {
        awaited.opened(fixture.gateway.store());
        successor.storeArrived();
    }

    @Test
    void whatNeedsTheStoreIsServedByItsOwner() throws Exception {
        String job = fixture.submit("/always", "order", "x-forwarded-for", "192.0.2.7", "forebay-handed", "port=1");
        TestUpstream.Call call = fixture.upstream.awaitCall();

        assertThat(call.text()).isEqualTo("order");
        assertThat(call.field("x-forwarded-for")).isEqualTo("192.0.2.7, 127.0.0.1");
        assertThat(call.head()).filteredOn(line -> line.startsWith("via")).hasSize(1);
        assertThat(call.field("via")).doesNotContain(",");
        assertThat(call.head()).noneMatch(line -> line.startsWith("forebay-handed"));
        assertThat(call.field("x-user")).isEqualTo("amina");
        fixture.awaitState(job, "succeeded");
        assertThat(text(fixture.get(job + "/result"))).isEqualTo("ok");
    }

    @Test
    void ownerJudgesByWhoAsked() {
        String job = fixture.submit("/always", "order");

        assertThat(fixture.send("GET", job, fixture.badri, "").statusCode()).isEqualTo(404);
        assertThat(fixture.send("DELETE", job, fixture.badri, "").statusCode()).isEqualTo(404);
        assertThat(fixture.get(job).statusCode()).isEqualTo(200);
    }

    @Test
    void requestThatFindsNobodyWaitsForTheStore() throws Exception {
        ownerGoes();
        CompletableFuture<HttpResponse<byte[]>> submitted =
                CompletableFuture.supplyAsync(() -> fixture.send("POST", "/always", fixture.amina, "order"));
        Awaitility.await().until(() -> successor.status().connections() > 0);
        assertThat(submitted).isNotDone();
        storeComes();

        assertThat(submitted.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        assertThat(fixture.upstream.awaitCall().text()).isEqualTo("order");
        // Whom it has asked in vain is not told: it was served as if it came now.
        Awaitility.await().until(() -> fixture.gateway.accessLog().contains("\"status\":202"));
        assertThat(fixture.gateway.accessLog().lines())
                .filteredOn(line -> line.contains("\"status\":202"))
                .allMatch(line -> !line.contains("\"upstream") && !line.contains("\"flag\""));
    }

    @Test
    void bodyThatComesWhileItsRequestWaitsIsKept() throws Exception {
        ownerGoes();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            client.setSoTimeout(30_000);
            OutputStream out = client.getOutputStream();
            write(out, "POST /always HTTP/1.1\r\nhost: a\r\nauthorization: Bearer " + fixture.amina);
            write(out, "\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfirs\r\n");
            Awaitility.await().until(() -> successor.status().connections() > 0);
            write(out, "2\r\nt \r\n");
            storeComes();
            write(out, "4\r\nlast\r\n0\r\n\r\n");

            assertThat(line(client.getInputStream())).isEqualTo("HTTP/1.1 202 Accepted");
        }
        assertThat(fixture.upstream.awaitCall().text()).isEqualTo("first last");
    }

    @Test
    void requestThatWaitsInVainIs503WithItsReason() throws Exception {
        ownerGoes();

        HttpResponse<byte[]> refused = fixture.send("POST", "/always", fixture.amina, "order");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(text(refused)).contains("\"reason\":\"store-unavailable\"");
    }

    @Test
    void takeOverIsAskedForOnce() throws Exception {
        assertThat(ask("POST /take-over")).isEqualTo("HTTP/1.1 204 No Content");
        assertThat(isLeaving).isTrue();
        assertThat(ask("POST /take-over")).startsWith("HTTP/1.1 409");
        assertThat(ask("GET /take-over")).startsWith("HTTP/1.1 404");
        assertThat(ask("GET /_jobs/1")).startsWith("HTTP/1.1 404");
    }

    private String ask(String start) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request = start + " HTTP/1.1\r\nhost: owner\r\n\r\n".replace("owner", "owner\r\ncontent-length: 0");
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(256);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
