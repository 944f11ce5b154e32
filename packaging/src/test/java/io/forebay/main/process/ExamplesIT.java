package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every example as its README starts it, some at a time.
@Execution(ExecutionMode.CONCURRENT)
class ExamplesIT {
    @TempDir
    private Path work;

    /// Before the first of them starts a gateway.
    @BeforeAll
    static void rehearse() {
        assertThat(Rehearsed.CACHE).isRegularFile();
    }

    static Stream<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(Checkout.root().resolve("examples"))) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("try")))
                    // Those that install what they run: PackagedExamplesIT.
                    .filter(folder -> !Files.exists(folder.resolve("up")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void allAreThere() throws IOException {
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "first-policy",
                        "proxy-in-60-seconds",
                        "mtls-identity",
                        "upstream-mtls",
                        "token-and-scopes",
                        "rate-limit",
                        "a-canary-that-keeps-its-users",
                        "blue-green",
                        "a-restart-nobody-notices",
                        "grpc-service",
                        "websocket-chat",
                        "retry-budget",
                        "hedging",
                        "offload-a-slow-report",
                        "slow-call-becomes-a-job",
                        "a-payment-made-once",
                        "ordered-per-customer",
                        "two-tenants",
                        "a-stream-resumed",
                        "told-by-webhook",
                        "a-backend-that-sleeps",
                        "dead-letters",
                        "backup-and-restore",
                        "jobs-on-two-nodes",
                        "every-minute",
                        "orders-by-schema",
                        "pull-worker");
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyCallIsAnsweredAsTheExampleSays(String name) throws IOException {
        Checkout.Finished run = Checkout.run(
                120,
                List.of("examples/run", name),
                Map.of(
                        "EXAMPLES_WORK", work.toString(),
                        "GATEWAY_PORT", String.valueOf(GatewayUnderTest.freePort()),
                        "UPSTREAM_PORT", String.valueOf(GatewayUnderTest.freePort()),
                        "ADMIN_PORT", String.valueOf(GatewayUnderTest.freePort()),
                        "PEERS_PORT", String.valueOf(GatewayUnderTest.freePort())));

        String log = Checkout.text(work.resolve(name).resolve("gateway.log"));
        assertThat(run.exitCode()).as(run.output() + log).isZero();
        GatewayUnderTest.failOnLeaks(log);
        assertNothingRuns();
    }

    /// What an example has started it ends.
    private void assertNothingRuns() {
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(work.toString())))
                .isEmpty();
    }

    @Test
    void anExampleSaysWhatItLacks() throws IOException {
        Checkout.Finished run = Checkout.run(
                60,
                List.of("examples/run", "container"),
                Map.of(
                        "EXAMPLES_WORK", work.toString(),
                        "UPSTREAM_PORT", String.valueOf(GatewayUnderTest.freePort()),
                        "ENGINE", "no-such-engine"));

        assertThat(run.exitCode()).as(run.output()).isEqualTo(69);
        assertThat(run.output()).contains("needs no-such-engine");
    }

    @Test
    void aCallThatIsAnsweredOtherwiseFailsTheExample() throws IOException {
        Path script = work.resolve("try");
        Files.writeString(script, """
                source "$EXAMPLES/expect"
                expect 200 http://127.0.0.1:%d/
                """.formatted(GatewayUnderTest.freePort()));

        Checkout.Finished run = Checkout.run(
                60,
                List.of("bash", script.toString()),
                Map.of(
                        "WORK",
                        work.toString(),
                        "EXAMPLES",
                        Checkout.root().resolve("examples").toString()));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("expected 200");
    }
}
