package io.forebay.policy.reload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.document.ParsedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnchangedFilesTest {
    private static final byte[] SECRET = """
            apiVersion: forebay.io/v1alpha1
            kind: FileSecret
            metadata: {name: edge}
            spec: {tls.crt: a.crt, tls.key: a.key}
            """.getBytes(UTF_8);

    private static final long CHANGED_MS = 1_700_000_000_000L;
    private static final long LATER_MS = CHANGED_MS + UnchangedFiles.SETTLED_MS + 1;
    private static final FileState STATE = state(CHANGED_MS);

    private final UnchangedFiles files = new UnchangedFiles();
    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void sameBytesAreTheSameObjects() throws Exception {
        ParsedFile first = read("a.yaml", SECRET);

        assertThat(read("a.yaml", SECRET.clone())).isSameAs(first);
    }

    @Test
    void otherBytesAreParsed() throws Exception {
        ParsedFile first = read("a.yaml", SECRET);
        ParsedFile second = read(
                "a.yaml", new String(SECRET, UTF_8).replace("edge", "other").getBytes(UTF_8));

        assertThat(second.documents().getFirst().key().name()).isEqualTo("other");
        assertThat(first.documents().getFirst().key().name()).isEqualTo("edge");
    }

    /// Since each position bears the file's name.
    @Test
    void sameBytesUnderAnotherNameAreParsed() throws Exception {
        read("a.yaml", SECRET);

        assertThat(read("b.yaml", SECRET).documents().getFirst().header().at().file())
                .isEqualTo("b.yaml");
    }

    @Test
    void fileThatWasNotInTheLastReadingIsForgotten() throws Exception {
        ParsedFile first = read("a.yaml", SECRET);
        files.readAll();

        assertThat(read("a.yaml", SECRET)).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void fileOfTheSameStateIsNotRead() throws Exception {
        ParsedFile first = read("a.yaml", STATE, LATER_MS);

        assertThat(read("a.yaml", STATE, LATER_MS)).isSameAs(first);
        assertThat(reads).hasValue(1);
    }

    @Test
    void fileOfAnotherStateIsRead() throws Exception {
        read("a.yaml", STATE, LATER_MS);
        read("a.yaml", state(CHANGED_MS + 1), LATER_MS + 1);

        assertThat(reads).hasValue(2);
    }

    /// It may be changed again within one tick of the file system's clock.
    @Test
    void fileThatHasJustBeenChangedIsReadAgain() throws Exception {
        read("a.yaml", STATE, LATER_MS - 1);
        read("a.yaml", STATE, LATER_MS + 1);
        read("a.yaml", STATE, LATER_MS + 2);

        assertThat(reads).hasValue(2);
    }

    @Test
    void fileWithoutATimeOfChangeIsReadEachTime() throws Exception {
        FileState unknown = new FileState("inode", SECRET.length, FileTime.fromMillis(CHANGED_MS), null);
        read("a.yaml", unknown, LATER_MS);
        read("a.yaml", unknown, LATER_MS);

        assertThat(reads).hasValue(2);
    }

    @Test
    void untouchedFileIsNotLookedAt() throws Exception {
        ParsedFile first = read("a.yaml", STATE, LATER_MS);

        for (int i = 0; i < 2; i++) {
            UnchangedFiles.Parse untouched = requireNonNull(files.untouched(Path.of("a.yaml")));
            files.readAll();
            assertThat(untouched.file()).isSameAs(first);
        }
    }

    @Test
    void fileThatHasJustBeenChangedIsLookedAtThoughNobodyTouchedIt() throws Exception {
        read("a.yaml", STATE, LATER_MS - 1);

        assertThat(files.untouched(Path.of("a.yaml"))).isNull();
    }

    @Test
    void fileThatWasNeverReadIsLookedAt() {
        assertThat(files.untouched(Path.of("a.yaml"))).isNull();
    }

    @Test
    void fileThatCannotBeReadIsReadTheNextTime() throws Exception {
        assertThatThrownBy(() -> files.of(
                        Path.of("a.yaml"),
                        "a.yaml",
                        STATE,
                        () -> {
                            throw new IOException("planted");
                        },
                        LATER_MS))
                .hasMessage("planted");
        files.readAll();
        read("a.yaml", STATE, LATER_MS);

        assertThat(reads).hasValue(1);
    }

    private static FileState state(long changedMs) {
        FileTime time = FileTime.fromMillis(changedMs);
        return new FileState("inode", SECRET.length, time, time);
    }

    private ParsedFile read(String name, FileState state, long nowMs) throws IOException {
        UnchangedFiles.Content content = () -> {
            reads.incrementAndGet();
            return SECRET;
        };
        ParsedFile file = files.of(Path.of(name), name, state, content, nowMs).file();
        files.readAll();
        return file;
    }

    private ParsedFile read(String name, byte[] bytes) throws IOException {
        ParsedFile file =
                files.of(Path.of(name), name, STATE, () -> bytes, CHANGED_MS).file();
        files.readAll();
        return file;
    }
}
