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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of clients are not in what the packaged process leaves on the disk when it is killed.
@Timeout(300)
class StoredTokenIT {
    private static final int LIFE_MS = 300;

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
        token = issuer.token("token-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        port = GatewayUnderTest.freePort();
        history = new SubmitHistory(port, token);
    }

    @Test
    void submittedTokenIsNowhereInTheDataFolderAfterACrash() throws Exception {
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                history.submitUntil(gateway::kill, LIFE_MS);
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
