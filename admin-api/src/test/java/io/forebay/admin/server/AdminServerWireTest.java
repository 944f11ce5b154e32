package io.forebay.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes no client library would send.
class AdminServerWireTest {
    private static final int READ_TIMEOUT_MS = 20_000;

    @TempDir
    private Path dataFolder;

    private RunningAdmin admin;

    @BeforeEach
    void start() throws IOException {
        admin = RunningAdmin.in(dataFolder);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.server.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String authorized(String requestLine) {
        return requestLine + "\r\nHost: admin\r\nAuthorization: Bearer " + admin.token
                + "\r\nConnection: close\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET /live HTTP/9.9\r\nHost: a\r\n\r\n",
                "GET /live HTTP/1.1\r\nHost: a\r\nbroken header\r\n\r\n",
                "GET /api/v1/queues/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
            })
    void whatIsNotHttpIsAProblemAndEndsTheConnection(String request) throws IOException {
        String response = exchange(request);
        assertThat(response).startsWith("HTTP/1.1 4").containsIgnoringCase("application/problem+json");
        assertThat(response).contains("https://forebay.io/problems/").doesNotContain("GARBAGE");
    }

    @Test
    void headersBeyondTheirLimitAreRefused() throws IOException {
        String response = exchange("GET /live HTTP/1.1\r\nHost: a\r\nX-Large: " + "x".repeat(20_000) + "\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 4").containsIgnoringCase("application/problem+json");
    }

    @Test
    void dotSegmentsDoNotLeadElsewhere() throws IOException {
        assertThat(exchange(authorized("GET /live/../api/v1/status HTTP/1.1"))).startsWith("HTTP/1.1 404");
        assertThat(exchange(authorized("GET //live HTTP/1.1"))).startsWith("HTTP/1.1 404");
    }

    @Test
    void aRefusedCallWithAnUnreadBodyDoesNotLeakIntoTheNext() throws IOException {
        String smuggled = "GET /live HTTP/1.1\r\nHost: a\r\n\r\n";
        String response = exchange("POST /api/v1/queues/reports/pause HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + smuggled.length() + "\r\n\r\n" + smuggled);
        assertThat(response).startsWith("HTTP/1.1 401").doesNotContain("{\"live\":true}");
    }

    @Test
    void withoutTokenABodyIsNotWaitedFor() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.server.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            String head = "POST /api/v1/queues/reports/pause HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            byte[] start = socket.getInputStream().readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000\r\n\r\n{\"reason\":",
                "Transfer-Encoding: chunked\r\n\r\nff\r\n{",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            })
    void aBodyThatBreaksOffIsRefusedAndChangesNothing(String framedBody) throws IOException {
        String response = exchange("POST /api/v1/queues/reports/pause HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + admin.token + "\r\nContent-Type: application/json\r\n" + framedBody);
        assertThat(response).startsWith("HTTP/1.1 400").contains("unreadable");
        assertThat(admin.ports.trail.entries()).isEmpty();
    }

    @Test
    void theServerDoesNotNameItself() throws IOException {
        assertThat(exchange(authorized("GET /live HTTP/1.1"))).doesNotContainIgnoringCase("helidon");
    }
}
