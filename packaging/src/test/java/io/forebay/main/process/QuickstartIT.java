package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tour that the README begins with.
class QuickstartIT {
    private static final Pattern PID = Pattern.compile("PID (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void onceShowsEveryStepEndsWith0AndLeavesNoProcess() throws IOException {
        int port = GatewayUnderTest.freePort();

        Checkout.Finished tour = Checkout.run(180, quickstart(port, folder.resolve("tour")), Map.of());

        assertThat(tour.exitCode()).as(tour.output()).isZero();
        assertThat(tour.output())
                .contains("HTTP/2 200", "HTTP/1.1 200", "no answer", " 401 ", " 403 ", " 429 ", "ratelimit")
                .contains(" 202 ", "location: /_jobs/", " 304 ", "idempotent-replayed: true")
                .contains("kill -9 ", "Live after ")
                .contains("Done: every step showed what it should");
        List<Long> pids = pids(tour.output());
        assertThat(pids).as("the first gateway and the one after the kill").hasSizeGreaterThan(1);
        assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        GatewayUnderTest.failOnLeaks(Checkout.text(folder.resolve("tour").resolve("gateway.log")));
    }

    @Test
    void takenPortIsNamedAndExitCode64() throws IOException {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(0));

            Checkout.Finished tour =
                    Checkout.run(60, quickstart(other.getLocalPort(), folder.resolve("tour")), Map.of());

            assertThat(tour.exitCode()).isEqualTo(64);
            assertThat(tour.output()).contains("port " + other.getLocalPort() + " is taken");
        }
    }

    @Test
    void folderWithOtherThingsIsLeftAlone() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious.txt"), "keep");

        Checkout.Finished tour = Checkout.run(60, quickstart(GatewayUnderTest.freePort(), folder), Map.of());

        assertThat(tour.exitCode()).isEqualTo(64);
        assertThat(precious).hasContent("keep");
    }

    private static List<String> quickstart(int port, Path data) {
        return List.of(
                "./forebay",
                "quickstart",
                "--once",
                "--data",
                data.toString(),
                "--port",
                String.valueOf(port),
                "--admin-port",
                "0");
    }

    private static List<Long> pids(String output) {
        Matcher matcher = PID.matcher(output);
        List<Long> pids = new ArrayList<>();
        while (matcher.find()) {
            pids.add(Long.valueOf(matcher.group(1)));
        }
        return pids;
    }
}
