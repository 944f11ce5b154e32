package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The power is cut while clients submit: the process is frozen, what its disk was given by then is all that is left,
/// and another process opens it. What was acknowledged is there. That the same test finds losses where nothing is
/// synced is the second half of it. Where no disk of its own can be made, both are left out.
@Timeout(900)
class PowerCutIT {
    private static final int ROUNDS = Integer.getInteger("forebay.powercuts", 3);
    private static final int LIFE_MS_SPAN = 400;
    private static final int ROUNDS_UNTIL_A_LOSS = 5;
    private static final String NO_SYNC = """
            int fsync(int file) { return 0; }
            int fdatasync(int file) { return 0; }
            int sync_file_range(int file, long from, long count, unsigned flags) { return 0; }
            """;

    @TempDir
    private Path folder;

    private int port;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TokenIssuer issuer;

    @SuppressWarnings("NullAway.Init") // set before each test
    private SubmitHistory history;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(LoopDisk.isPossible(), "no loop devices, or not root");
        issuer = TokenIssuer.create(new SecureRandom());
        port = GatewayUnderTest.freePort();
        history = new SubmitHistory(
                port, issuer.token("power-cut", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1)));
    }

    private static void cut(GatewayUnderTest gateway, LoopDisk disk) throws IOException, InterruptedException {
        gateway.freeze();
        disk.remember();
        gateway.kill();
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAPowerCut() throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("PowerCutIT seed " + seed);
        Random random = new Random(seed);
        try (WorkUpstream upstream = new WorkUpstream();
                LoopDisk disk = LoopDisk.mount(folder, folder.resolve("data"))) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                for (int round = 0; round < ROUNDS; round++) {
                    history.submitUntil(() -> cut(gateway, disk), random.nextInt(LIFE_MS_SPAN));
                    disk.cut();
                    gateway.restart();
                    assertThat(history.missing())
                            .as("jobs lost in round %d", round)
                            .isZero();
                }
                history.submitAllAgain();
                assertThat(history.contradictions())
                        .as("keys that became two jobs")
                        .isEmpty();
                assertThat(history.acknowledged()).hasSizeGreaterThan(ROUNDS * SubmitHistory.CLIENTS);
                history.assertEveryJobFinishes();
                gateway.stop();
            }
        }
        System.out.printf(
                "PowerCutIT: %d power cuts, %d jobs acknowledged, none lost (seed %d)%n",
                ROUNDS, history.acknowledged().size(), seed);
    }

    @Test
    void whereNothingIsSyncedSomethingIsLost() throws Exception {
        Path library = withoutSync();
        int lost = 0;
        for (int round = 0; round < ROUNDS_UNTIL_A_LOSS && lost == 0; round++) {
            lost = lostWithout(library, Files.createDirectory(folder.resolve("round-" + round)));
        }
        System.out.printf("PowerCutIT: without syncs, %d acknowledged jobs lost%n", lost);
        assertThat(lost).isPositive();
    }

    private int lostWithout(Path library, Path at) throws Exception {
        try (WorkUpstream upstream = new WorkUpstream();
                LoopDisk disk = LoopDisk.mount(at, at.resolve("data"))) {
            JobPolicy.write(at, issuer, port, upstream.port());
            Map<String, String> unsynced = Map.of("LD_PRELOAD", library.toString());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(at, unsynced)) {
                history.submitUntil(() -> cut(gateway, disk), LIFE_MS_SPAN);
                disk.cut();
                try {
                    gateway.restart();
                } catch (AssertionError doesNotStart) {
                    // What is left on the disk is no store: everything is lost, and loudly.
                    return history.acknowledged().size();
                }
                int missing = history.missing();
                gateway.stop();
                return missing;
            }
        }
    }

    /// A library that makes of every sync nothing at all.
    private Path withoutSync() throws IOException, InterruptedException {
        Path source = folder.resolve("nosync.c");
        Path library = folder.resolve("nosync.so");
        Files.writeString(source, NO_SYNC);
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler");
            throw e;
        }
        assertThat(compiler.waitFor()).isZero();
        return library;
    }
}
