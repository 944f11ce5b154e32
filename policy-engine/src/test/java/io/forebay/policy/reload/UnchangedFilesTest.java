package io.forebay.policy.reload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.document.ParsedFile;
import org.junit.jupiter.api.Test;

class UnchangedFilesTest {
    private static final byte[] SECRET = """
            apiVersion: forebay.io/v1alpha1
            kind: FileSecret
            metadata: {name: edge}
            spec: {tls.crt: a.crt, tls.key: a.key}
            """.getBytes(UTF_8);

    private final UnchangedFiles files = new UnchangedFiles();

    @Test
    void sameBytesAreTheSameObjects() {
        ParsedFile first = read("a.yaml", SECRET);

        assertThat(read("a.yaml", SECRET.clone())).isSameAs(first);
    }

    @Test
    void otherBytesAreParsed() {
        ParsedFile first = read("a.yaml", SECRET);
        ParsedFile second = read(
                "a.yaml", new String(SECRET, UTF_8).replace("edge", "other").getBytes(UTF_8));

        assertThat(second.documents().getFirst().key().name()).isEqualTo("other");
        assertThat(first.documents().getFirst().key().name()).isEqualTo("edge");
    }

    /// Since each position bears the file's name.
    @Test
    void sameBytesUnderAnotherNameAreParsed() {
        read("a.yaml", SECRET);

        assertThat(read("b.yaml", SECRET).documents().getFirst().header().at().file())
                .isEqualTo("b.yaml");
    }

    @Test
    void fileThatWasNotInTheLastReadingIsForgotten() {
        ParsedFile first = read("a.yaml", SECRET);
        files.readAll();

        assertThat(read("a.yaml", SECRET)).isNotSameAs(first).isEqualTo(first);
    }

    private ParsedFile read(String name, byte[] bytes) {
        ParsedFile file = files.of(name, bytes).file();
        files.readAll();
        return file;
    }
}
