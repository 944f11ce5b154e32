package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.main.log.JsonLogging;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The harness notices a leak: one is planted in a process that logs as the gateway does.
class LeakReportIT {
    /// Forgets buffers until the collector has found one and Netty reports it at a later allocation.
    static final class LeakingProgram {
        private static final int ROUNDS_MAX = 20;

        private LeakingProgram() {}

        public static void main(String[] arguments) {
            JsonLogging.install();
            int bytes = Integer.parseInt(arguments[0]);
            for (int round = 0; round < ROUNDS_MAX; round++) {
                if (bytes > 0) {
                    ByteBufAllocator.DEFAULT.buffer(bytes).writeByte(round);
                }
                System.gc();
                ByteBufAllocator.DEFAULT.buffer(1).release();
            }
        }
    }

    @Test
    void plantedLeakFails() {
        String log = run("64");

        assertThatThrownBy(() -> GatewayUnderTest.failOnLeaks(log))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LEAK:");
    }

    @Test
    void releasedBuffersDoNot() {
        String log = run("0");

        assertThatCode(() -> GatewayUnderTest.failOnLeaks(log)).doesNotThrowAnyException();
    }

    private static String run(String bytes) {
        List<String> command = new ArrayList<>(Checkout.unrehearsed());
        command.set(command.indexOf("-cp") + 1, testClasses() + ":" + command.get(command.indexOf("-cp") + 1));
        command.set(command.size() - 1, LeakingProgram.class.getName());
        command.add(bytes);
        Checkout.Finished run = Checkout.run(60, command, Map.of());
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output();
    }

    private static String testClasses() {
        return LeakReportIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }
}
