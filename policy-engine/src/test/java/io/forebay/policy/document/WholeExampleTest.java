package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WholeExampleTest {

    @Test
    void everyObjectIsReadAndOnlyWhatIsNotBuiltYetIsRefused() throws IOException {
        ParsedFile parsed = DocumentParser.parse("whole-example.yaml", resource("whole-example.yaml"));

        assertThat(parsed.isComplete()).isTrue();
        assertThat(parsed.documents())
                .extracting(document -> document.key().toString())
                .containsExactly(
                        "Gateway default/edge",
                        "HTTPRoute default/shop",
                        "Backend default/menu-v1",
                        "Backend default/menu-v2",
                        "Backend default/reports",
                        "FileSecret default/edge-cert",
                        "FileSecret default/clients-ca",
                        "SecurityPolicy default/tokens",
                        "BackendTrafficPolicy default/limits",
                        "OffloadPolicy default/reports",
                        "Queue default/reports");
        assertThat(parsed.diagnostics()).extracting(Diagnostic::toString).isEmpty();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(WholeExampleTest.class.getResourceAsStream("/policy/" + name))) {
            return in.readAllBytes();
        }
    }
}
