package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.PolicyMode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The access log in the formats of NCSA httpd, as a reader of such logs takes it apart.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class AccessFormatComponentTest {
    private static final String TIME = "\\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]";

    private static TestGateway gateway(AccessLog.Format format, TestUpstream upstream) throws IOException {
        TelemetrySettings settings =
                TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.ALL).accessFormat(format);
        return new TestGateway(TestGateway.Boot.DEFAULT.telemetry(settings))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build());
    }

    private static List<String> lines(TestGateway gateway, int count) {
        await().until(() -> gateway.access.lines().size() == count);
        return gateway.access.lines();
    }

    private static String request(String path, String... lines) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines)
                + (lines.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    @Test
    void commonLineHasItsSevenFields() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(AccessLog.Format.COMMON, upstream).listen();
                Wire client = gateway.client()) {
            client.send(request("/menu?token=1", "User-Agent: curl/8", "Referer: http://a/"))
                    .read();
            client.send("GET / HTTP/1.0\r\n\r\n").readHead();
            List<String> lines = lines(gateway, 2);
            assertThat(lines.getFirst()).matches("127\\.0\\.0\\.1 - - " + TIME + " \"GET /menu HTTP/1\\.1\" 200 2");
            assertThat(lines.getLast()).matches("127\\.0\\.0\\.1 - - " + TIME + " \"GET / HTTP/1\\.0\" 200 2");
        }
    }

    @Test
    void combinedLineAddsRefererWithoutQueryAndAgent() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        gateway(AccessLog.Format.COMBINED, upstream).listen();
                Wire client = gateway.client()) {
            client.send(request("/", "Referer: https://shop.example/cart?session=abc#top", "User-Agent: Tea/1 (pot)"))
                    .read();
            client.send(request("/")).read();
            List<String> lines = lines(gateway, 2);
            assertThat(lines.getFirst())
                    .endsWith(" \"GET / HTTP/1.1\" 200 2 \"https://shop.example/cart\" \"Tea/1 (pot)\"");
            assertThat(lines.getLast()).endsWith(" \"GET / HTTP/1.1\" 200 2 \"-\" \"-\"");
        }
    }

    @Test
    void nothingAClientSendsEndsAFieldOrALine() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        gateway(AccessLog.Format.COMBINED, upstream).listen();
                Wire client = gateway.client()) {
            client.send(request("/%0a%22", "User-Agent: x\" 200 0 \"\\ \u00e9", "Referer: \" - admin"))
                    .read();
            assertThat(lines(gateway, 1).getFirst())
                    .endsWith(" \"GET /%0A%22 HTTP/1.1\" 200 2 \"\\\" - admin\" \"x\\\" 200 0 \\\"\\\\ \\xc3\\xa9\"");
        }
    }

    @Test
    void userIsOneWordAndWhatIsMissingADash() throws Exception {
        TestTokens tokens = new TestTokens();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.readRest();
                });
                TestGateway gateway = gateway(AccessLog.Format.COMMON, upstream)
                        .rule(
                                "/",
                                TestGateway.rule("all")
                                        .security(tokens.rule(PolicyMode.ENFORCE))
                                        .build())
                        .listen()) {
            Wire client = gateway.client()
                    .send(request("/", "Authorization: Bearer " + tokens.token("ann o reilly", "menu")));
            await().until(() -> upstream.accepted.get() == 1);
            client.reset();
            assertThat(lines(gateway, 1).getFirst())
                    .startsWith("127.0.0.1 - token|shop|https://issuer.example|ann\\x20o\\x20reilly [")
                    .endsWith("] \"GET / HTTP/1.1\" - -");
        }
    }
}
