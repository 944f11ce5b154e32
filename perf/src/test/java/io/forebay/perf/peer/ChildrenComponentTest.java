package io.forebay.perf.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenComponentTest {
    /// A parent that ignores the polite signal's effect on its child, as a supervisor with workers might.
    private static final List<String> FAMILY = List.of("sh", "-c", "sleep 100 & wait");

    @TempDir
    Path folder;

    @Test
    void closingEndsEveryProcessAndItsDescendants() throws IOException {
        List<ProcessHandle> family;
        try (Children children = new Children()) {
            ChildProcess first = ChildProcess.logged(children, 0, FAMILY, folder.resolve("a"));
            ChildProcess second = ChildProcess.logged(children, 0, FAMILY, folder.resolve("b"));
            await().until(() -> family(first).size() == 2 && family(second).size() == 2);
            family = Stream.concat(family(first).stream(), family(second).stream())
                    .toList();
            assertThat(family).allMatch(ProcessHandle::isAlive);
        }
        await().untilAsserted(() -> assertThat(family).noneMatch(ProcessHandle::isAlive));
    }

    private static List<ProcessHandle> family(ChildProcess child) {
        ProcessHandle parent = ProcessHandle.of(child.pid()).orElseThrow();
        return Stream.concat(Stream.of(parent), parent.descendants()).toList();
    }

    @Test
    void nothingStartsOnceClosed() {
        Children children = new Children();
        children.close();
        assertThatThrownBy(() -> ChildProcess.logged(children, 0, FAMILY, folder.resolve("a")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aProcessThatEndsBeforeItsPortIsOpenIsReportedWithWhatItWrote() throws IOException {
        try (Children children = new Children();
                ChildProcess child = ChildProcess.logged(
                        children, 0, List.of("sh", "-c", "echo bad line 7; exit 3"), folder.resolve("log"))) {
            assertThatThrownBy(() -> child.awaitPort(1, Duration.ofSeconds(10)))
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining("bad line 7");
        }
    }

    @Test
    void aTakenPortIsNamedAndNothingIsStarted() throws IOException {
        try (Children children = new Children();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Harness harness = new Harness(folder, folder);
            assertThatThrownBy(() -> harness.start(
                            children, 0, List.of("true"), "proxy", taken.getLocalPort(), Duration.ofSeconds(1)))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }
}
