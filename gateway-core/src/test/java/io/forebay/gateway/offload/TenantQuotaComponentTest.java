package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
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

/// A queue in which each tenant may have one job unfinished, and where two begin a second.
@ExtendWith(LeakWatch.class)
class TenantQuotaComponentTest {
    private static final String QUEUE = """
            {dispatchRate: {jobs: 2, unit: Second}, tenants: {limits: {depth: 1}}}""";

    private final CountDownLatch released = new CountDownLatch(1);
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        fixture.close();
    }

    private HttpResponse<byte[]> submit(String token) {
        return fixture.send("POST", "/always", token, "order");
    }

    @Test
    void whoHasAsMuchAsOneMayIsToldToComeBack() {
        fixture.upstream.answering(call -> {
            released.await(30, TimeUnit.SECONDS);
            call.answer(200, "", "done");
        });
        assertThat(submit(fixture.amina).statusCode()).isEqualTo(202);
        HttpResponse<byte[]> refused = submit(fixture.amina);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(text(refused)).contains("/quota-exceeded\"", "\"reason\":\"tenant-full\"");
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(submit(fixture.badri).statusCode()).isEqualTo(202);
        released.countDown();
        await().untilAsserted(
                        () -> assertThat(submit(fixture.amina).statusCode()).isEqualTo(202));
    }

    @Test
    void itIsToldBeforeItsBodyHasCome() throws IOException {
        fixture.upstream.answering(call -> {
            released.await(30, TimeUnit.SECONDS);
            call.answer(200, "", "done");
        });
        assertThat(submit(fixture.amina).statusCode()).isEqualTo(202);
        assertThat(submit(fixture.amina).statusCode()).isEqualTo(429);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            socket.setSoTimeout(30_000);
            String head = "POST /always HTTP/1.1\r\nhost: shop.test\r\nauthorization: Bearer " + fixture.amina
                    + "\r\ncontent-length: 1000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes(12);
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 429");
        }
    }
}
