package io.forebay.main.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import io.forebay.main.process.GatewayUnderTest;
import io.forebay.main.quickstart.TokenIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The packaged process is killed by its PID while there are submits under keys and without, lines, leases, hand-overs
/// and schedules; whoever took part writes down what was seen, and the contract is judged by that.
@Timeout(900)
@Execution(ExecutionMode.CONCURRENT)
class CrashIT {
    /// Where the history of the last run is left, whatever came of it.
    private static final String HISTORY = "packaging/target/crash-history.txt";

    private static final int ROUNDS = Integer.getInteger("forebay.crash.rounds", 20);

    @TempDir
    private Path folder;

    private final History history = new History();

    @Test
    void whatEverybodySawKeepsTheContract() throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("CrashIT seed " + seed);
        Evidence evidence = crash(new Random(seed));

        assertThat(Checker.judge(evidence)).isEmpty();
        Coverage coverage = new Coverage(evidence);
        assertThat(coverage.missing()).as("what never happened").isEmpty();
        assertThat(evidence.all(Event.Refused.class)).as("requests refused").isEmpty();
        System.out.printf("CrashIT: %s; the contract holds (seed %d)%n", coverage, seed);
    }

    private Evidence crash(Random random) throws Exception {
        TokenIssuer issuer = TokenIssuer.create(new SecureRandom());
        String token = issuer.token("crash-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        int port = GatewayUnderTest.freePort();
        int adminPort = GatewayUnderTest.freePort();
        try (Upstream upstream = new Upstream(history)) {
            CrashPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway =
                    GatewayUnderTest.start(folder, "--admin-port", Integer.toString(adminPort))) {
                CrashRun run = new CrashRun(gateway, port, adminPort, token, history, random);
                run.begin();
                for (int round = 0; round < ROUNDS; round++) {
                    run.round(round);
                }
                return run.end();
            }
        } finally {
            Files.write(
                    Checkout.root().resolve(HISTORY),
                    history.entries().stream().map(Entry::toString).toList());
        }
    }
}
