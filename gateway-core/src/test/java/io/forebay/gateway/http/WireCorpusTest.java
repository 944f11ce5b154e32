package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.offload.JobGateway;
import io.forebay.gateway.tls.LeakWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gateway between clients who want one request to be read as two, and an origin that takes nothing but what RFC
/// 9112 allows: what the origin hears is what was sent, and nobody gets another's answer.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class WireCorpusTest {
    private static final int MUTANTS = 1_500;
    private static final int ANSWER_MS = 500;
    private static final long SEED = 20_261_127;

    /// What parsers disagree on.
    private static final String[] SEASONING = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\0",
        " ",
        "\t",
        ":",
        ";",
        ",",
        "\u000b",
        "\u0085",
        "\u00a0",
        "0",
        "1",
        "f",
        "-",
        "_",
        "%",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: x\r\n",
        "Connection: close\r\n",
        "Host: b\r\n",
        "0\r\n\r\n",
        "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
        " HTTP/1.1",
        "\r\n ",
    };

    private static StrictOrigin origin;
    private static JobGateway gateway;
    private static int innocents;

    static List<WireCase> cases() {
        return WireCase.all();
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        origin = new StrictOrigin();
        gateway = gatewayTo(origin, folder);
    }

    /// A gateway that forwards everything to one origin.
    static JobGateway gatewayTo(StrictOrigin origin, Path folder) throws Exception {
        return JobGateway.start(folder, """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec: {gatewayClassName: forebay, listeners: [{name: http, port: @PORT@, protocol: HTTP}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  parentRefs: [{name: edge}]
                  rules: [{backendRefs: [{group: forebay.io, kind: Backend, name: origin}]}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: origin}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: @ORIGIN@}}]}
                """.replace("@ORIGIN@", Integer.toString(origin.port())));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void originHearsWhatWasSentOrNothing(WireCase sent) throws IOException {
        String answer = send(sent.bytes(), ANSWER_MS);
        List<StrictHttp1.Request> heard = heard();

        assertThat(heard).as(answer).hasSize(sent.served());
        assertMeant(sent.bytes(), heard);
        assertThat(heard)
                .allSatisfy(request -> assertThat(request.values("upgrade")).isEmpty());
        if (sent.served() == 0) {
            assertThat(answer).matches("(?s)|HTTP/1\\.1 [45].*");
        }
    }

    /// The corpus, changed at random where parsers disagree.
    @Test
    void mutantsAreHeardAsTheyWereMeantOrNotAtAll() throws IOException {
        List<WireCase> bases = WireCase.all();
        Random random = new Random(SEED);
        int served = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] bytes = mutate(bases.get(random.nextInt(bases.size())).bytes(), random);
            send(bytes, 0);
            List<StrictHttp1.Request> heard = heard();
            assertMeant(bytes, heard);
            served += heard.size();
        }
        assertThat(served).as("requests that were served all the same").isGreaterThan(MUTANTS / 20);
    }

    private static byte[] mutate(byte[] base, Random random) {
        String text = new String(base, StandardCharsets.ISO_8859_1);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(text.length());
            String spice = SEASONING[random.nextInt(SEASONING.length)];
            int end = Math.min(text.length(), at + random.nextInt(3));
            text = text.substring(0, at) + (random.nextInt(4) == 0 ? "" : spice) + text.substring(end);
            text = text.isEmpty() ? " " : text;
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Each that was heard is one that was sent, in their order; the gateway may be stricter, and stop before.
    private static void assertMeant(byte[] bytes, List<StrictHttp1.Request> heard) {
        List<StrictHttp1.Request> meant = StrictHttp1.read(bytes, true).requests();
        String sent = WireCase.escaped(bytes);
        assertThat(origin.violations()).as(sent).isEmpty();
        assertThat(heard.size()).as(sent).isLessThanOrEqualTo(meant.size());
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i).method()).as(sent).isEqualTo(meant.get(i).method());
            assertThat(heard.get(i).body()).as(sent).isEqualTo(meant.get(i).body());
        }
    }

    /// What the origin has heard, but for somebody else's request that comes behind and gets its own answer.
    private static List<StrictHttp1.Request> heard() throws IOException {
        String id = "innocent-" + ++innocents;
        String answer = send(
                ("GET /mine HTTP/1.1\r\nHost: a\r\nX-Id: " + id + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII),
                ANSWER_MS);
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n" + id);
        List<StrictHttp1.Request> heard = origin.takeRequests();
        assertThat(heard.getLast().values("x-id")).containsExactly(id);
        return heard.subList(0, heard.size() - 1);
    }

    /// Sends the bytes and no more, and reads until the gateway closes.
    ///
    /// @param answerMs how long to wait for an answer to begin before saying that nothing more is sent
    private static String send(byte[] bytes, int answerMs) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            OutputStream out = socket.getOutputStream();
            int half = bytes.length / 2;
            out.write(Arrays.copyOf(bytes, half));
            out.write(bytes, half, bytes.length - half);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            if (answerMs > 0) {
                socket.setSoTimeout(answerMs);
                try {
                    int first = socket.getInputStream().read();
                    answer.writeBytes(first < 0 ? new byte[0] : new byte[] {(byte) first});
                } catch (SocketTimeoutException e) {
                    // It may wait for more.
                }
            }
            socket.setSoTimeout(20_000);
            socket.shutdownOutput();
            answer.writeBytes(socket.getInputStream().readAllBytes());
            return answer.toString(StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            // The gateway was faster to close than we were to send.
            return "";
        }
    }
}
