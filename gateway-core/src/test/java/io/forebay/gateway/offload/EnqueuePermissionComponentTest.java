package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A queue in which Badri alone may have jobs.
@ExtendWith(LeakWatch.class)
class EnqueuePermissionComponentTest {
    private static final String QUEUE = """
            {permissions: [\
            {verbs: [enqueue], principal: {jwt: {provider: idp, claims: [{name: sub, values: [badri]}]}}}]}""";

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private HttpResponse<byte[]> amina(String path, String... fields) {
        return fixture.send("POST", path, fixture.amina, "order", fields);
    }

    @Test
    void whoMayHasAJobAndWhoMayNotIsToldSo() {
        assertThat(fixture.send("POST", "/always", fixture.badri, "order").statusCode())
                .isEqualTo(202);
        HttpResponse<byte[]> refused = amina("/always");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(text(refused)).contains("\"reason\":\"enqueue-not-permitted\"");
        assertThat(amina("/large", "x", "y").statusCode())
                .as("a request that would not be a job")
                .isEqualTo(200);
        assertThat(fixture.send("POST", "/large", fixture.amina, "x".repeat(2_000))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void callsOfWhoMayNotAreCallsAndNothingElse() throws Exception {
        HttpResponse<byte[]> keyed = amina("/pays", "idempotency-key", "\"one\"");
        assertThat(keyed.statusCode()).as(text(keyed)).isEqualTo(200);
        fixture.upstream.answering(call -> {
            Thread.sleep(600);
            call.answer(200, "", "slow");
        });
        HttpResponse<byte[]> slow = amina("/slow");
        assertThat(slow.statusCode()).isEqualTo(200);
        assertThat(slow.headers().firstValue("forebay-offload")).contains("unavailable; reason=enqueue-not-permitted");
        fixture.upstream.close();
        assertThat(amina("/overloaded").statusCode()).isIn(502, 503);
    }
}
