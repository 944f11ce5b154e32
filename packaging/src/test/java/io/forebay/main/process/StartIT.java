package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the process starts, refuses to start, and ends.
class StartIT {
    @TempDir
    private Path folder;

    @Test
    void takenPortIsNamedAndExitCode64() throws IOException {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(0));
            policy(other.getLocalPort());

            Checkout.Finished run = Checkout.run(60, run(), Map.of());

            assertThat(run.exitCode()).as(run.output()).isEqualTo(64);
            assertThat(run.output()).contains(String.valueOf(other.getLocalPort()));
        }
    }

    @Test
    void policyThatDoesNotParseIsExitCode64WithItsPlace() throws IOException {
        GatewayUnderTest.policyFile(folder, "broken.yaml", "kind: [Gateway\n");

        Checkout.Finished run = Checkout.run(60, run(), Map.of());

        assertThat(run.exitCode()).as(run.output()).isEqualTo(64);
        assertThat(run.output()).contains("broken.yaml:");
    }

    @Test
    void faultyPolicyWhileRunningLeavesTheLastGoodOneInForce() throws Exception {
        int port = GatewayUnderTest.freePort();
        policy(port);
        try (GatewayUnderTest gateway = GatewayUnderTest.start(folder);
                HttpClient client = HttpClient.newHttpClient()) {
            GatewayUnderTest.policyFile(folder, "broken.yaml", "kind: [Gateway\n");
            await().until(() -> gateway.log().contains("broken.yaml:"));

            assertThat(status(client, port)).isEqualTo(404);
        }
    }

    @Test
    void sigtermEndsTheProcessWithoutAnError() throws Exception {
        int port = GatewayUnderTest.freePort();
        policy(port);
        try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
            int exitCode = gateway.stop();

            // 143 is the JVM's answer to SIGTERM.
            assertThat(exitCode).isIn(0, 143);
            assertThat(gateway.log()).contains("\"message\":\"draining\"", "\"message\":\"stopped\"");
            gateway.restart();
        }
    }

    @Test
    void logGoesToItsFileAndNothingToStderr() throws Exception {
        int port = GatewayUnderTest.freePort();
        policy(port);
        Path file = folder.resolve("forebay.log");
        try (GatewayUnderTest gateway =
                        GatewayUnderTest.start(folder, "--set", "log.file=" + file, "--set", "access.log=all");
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(status(client, port)).isEqualTo(404);
            gateway.stop();

            assertThat(Checkout.text(file)).contains("\"flag\":\"no-route\"", "\"message\":\"stopped\"");
            assertThat(gateway.log()).doesNotContain("no-route", "stopped");
        }
    }

    @Test
    void logFileThatCannotBeOpenedIsExitCode64() throws IOException {
        policy(GatewayUnderTest.freePort());
        List<String> command = new ArrayList<>(run());
        command.addAll(List.of("--set", "log.file=" + folder.resolve("missing/forebay.log")));

        Checkout.Finished run = Checkout.run(60, command, Map.of());

        assertThat(run.exitCode()).as(run.output()).isEqualTo(64);
        assertThat(run.output()).contains("log.file cannot be opened", "missing");
    }

    @Test
    void damagedStoreRefusesToOpenAndNamesTheFile() throws Exception {
        policy(GatewayUnderTest.freePort());
        try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
            gateway.stop();
            Path current = GatewayUnderTest.files(gateway.data().resolve("store")).stream()
                    .filter(file -> file.endsWith("CURRENT"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(current, "MANIFEST-999999\n");

            Checkout.Finished run = Checkout.run(60, run(), Map.of());

            assertThat(run.exitCode()).as(run.output()).isEqualTo(65);
            assertThat(run.output()).contains("MANIFEST-999999");
        }
    }

    private List<String> run() {
        return List.of(
                "./forebay",
                "run",
                "--data",
                folder.resolve("data").toString(),
                "--policy",
                folder.resolve("policy").toString(),
                "--admin-port",
                "0");
    }

    private void policy(int port) throws IOException {
        GatewayUnderTest.policyFile(folder, "gateway.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                """.formatted(port));
    }

    private static int status(HttpClient client, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
        HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
        return answer.statusCode();
    }
}
