package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The packaged process is killed by its PID while clients submit; what it acknowledged before stays true after.
@Timeout(600)
class CrashIT {
    private static final int ROUNDS = 20;
    /// How long a gateway lives after its first 202.
    private static final int LIFE_MS_SPAN = 400;

    @TempDir
    private Path folder;

    private String token = "";
    private int port;

    @SuppressWarnings("NullAway.Init") // set before each test
    private SubmitHistory history;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TokenIssuer issuer;

    @BeforeEach
    void makeToken() throws GeneralSecurityException, IOException {
        issuer = TokenIssuer.create(new SecureRandom());
        token = issuer.token("crash-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        port = GatewayUnderTest.freePort();
        history = new SubmitHistory(port, token);
    }

    @Test
    void everyAcceptedJobIsFoundAndFinishesAndNoKeyBecomesTwoJobs() throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("CrashIT seed " + seed);
        Random random = new Random(seed);
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                for (int round = 0; round < ROUNDS; round++) {
                    history.submitUntil(gateway::kill, random.nextInt(LIFE_MS_SPAN));
                    gateway.restart();
                }
                history.submitAllAgain();
                assertThat(history.acknowledged())
                        .as("jobs accepted over %d kills", ROUNDS)
                        .hasSizeGreaterThan(ROUNDS * SubmitHistory.CLIENTS);
                assertThat(history.contradictions())
                        .as("keys that became two jobs")
                        .isEmpty();
                history.assertEveryJobFinishes();
                assertThat(upstream.jobsOfBody())
                        .allSatisfy((body, jobs) ->
                                assertThat(jobs).as("jobs of %s", body).hasSize(1));
                System.out.printf(
                        "CrashIT: %d kills, %d jobs acknowledged, each found and finished once (seed %d)%n",
                        ROUNDS, history.acknowledged().size(), seed);
            }
        }
    }

    @Test
    void submittedTokenIsNowhereInTheDataFolderAfterACrash() throws Exception {
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                history.submitUntil(gateway::kill, 300);
                assertThat(history.acknowledged()).isNotEmpty();
                assertThat(filesWith(gateway.data(), "body of "))
                        .as("the search finds what is stored")
                        .isNotEmpty();
                assertThat(filesWith(gateway.data(), token)).isEmpty();
                assertThat(filesWith(gateway.data(), signature())).isEmpty();
                gateway.restart();
                history.assertEveryJobFinishes();
                gateway.kill();
                assertThat(filesWith(gateway.data(), signature())).isEmpty();
                assertThat(gateway.log()).doesNotContain(signature());
                assertThat(upstream.authorizations()).isEmpty();
            }
        }
    }

    private String signature() {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    private static List<Path> filesWith(Path folder, String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> found = new ArrayList<>();
        for (Path file : GatewayUnderTest.files(folder)) {
            if (contains(Files.readAllBytes(file), wanted)) {
                found.add(file);
            }
        }
        return found;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
