package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.compile.ReferencedFiles.Content;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// In each test `b.yaml` is changed without a word: that it reads as before shows that only what was told is looked at.
class PolicyDirectoryTest {
    private static final String QUEUE =
            "apiVersion: forebay.io/v1alpha1\nkind: Queue\nmetadata: {name: %s}\nspec: {%s}\n";

    @TempDir
    Path folder;

    private PolicyDirectory directory;

    @BeforeEach
    void read() throws Exception {
        directory = new PolicyDirectory(folder, () -> System.currentTimeMillis() + 2 * UnchangedFiles.SETTLED_MS);
        write("a.yaml", "a");
        write("b.yaml", "b");
        assertThat(names(directory.read())).containsExactly("a", "b");
    }

    @Test
    void onlyTheToldFileIsRead() throws Exception {
        write("a.yaml", "x");
        write("b.yaml", "y");

        assertThat(names(directory.read(told("a.yaml")))).containsExactly("x", "b");
        assertThat(names(directory.read())).containsExactly("x", "y");
    }

    @Test
    void whenNothingIsToldNothingIsRead() throws Exception {
        write("b.yaml", "y");

        assertThat(names(directory.read(new ChangedPaths()))).containsExactly("a", "b");
    }

    @Test
    void whereItMayHaveBeenAnywhereAllIsRead() throws Exception {
        write("b.yaml", "y");

        assertThat(names(directory.read(ChangedPaths.anywhere()))).containsExactly("a", "y");
    }

    @Test
    void newFileHasAllLookedAt() throws Exception {
        write("c.yaml", "c");
        write("b.yaml", "y");

        assertThat(names(directory.read(told("c.yaml")))).containsExactly("a", "y", "c");
    }

    @Test
    void fileThatIsGoneHasAllLookedAt() throws Exception {
        Files.delete(folder.resolve("a.yaml"));

        assertThat(names(directory.read(told("a.yaml")))).containsExactly("b");
    }

    @Test
    void newFolderHasAllLookedAt() throws Exception {
        Files.createDirectory(folder.resolve("more"));
        write("more/c.yaml", "c");

        PolicyFiles files = directory.read(told("more"));

        assertThat(names(files)).containsExactly("a", "b", "c");
        assertThat(files.folders()).contains(folder.resolve("more"));
    }

    @Test
    void folderThatIsGoneHasAllLookedAt() throws Exception {
        Files.createDirectory(folder.resolve("more"));
        write("more/c.yaml", "c");
        directory.read();
        Files.delete(folder.resolve("more/c.yaml"));
        Files.delete(folder.resolve("more"));

        assertThat(names(directory.read(told("more")))).containsExactly("a", "b");
    }

    @Test
    void traceOfAnEditorIsNoChange() throws Exception {
        Files.writeString(folder.resolve(".a.yaml.swp"), "");
        Files.writeString(folder.resolve("a.yaml~"), "");
        write("b.yaml", "y");

        assertThat(names(directory.read(told(".a.yaml.swp", "a.yaml~", "a.yaml.123"))))
                .containsExactly("a", "b");
    }

    @Test
    void fileThatIsALinkNowHasAllLookedAtFromThenOn() throws Exception {
        Files.createDirectory(folder.resolve("..v1"));
        write("..v1/a.yaml", "x");
        Files.delete(folder.resolve("a.yaml"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..v1/a.yaml"));
        assertThat(names(directory.read(told("a.yaml")))).containsExactly("x", "b");
        write("b.yaml", "y");

        assertThat(names(directory.read(told("..v1")))).containsExactly("x", "y");
    }

    @Test
    void namedFileIsReadThoughNoPolicyFileIsTold() throws Exception {
        Files.writeString(folder.resolve("s.json"), "1");
        Files.writeString(
                folder.resolve("a.yaml"), QUEUE.formatted("a", "schema: {versions: [{name: '1', file: s.json}]}"));
        PolicyFiles files = directory.read(told("a.yaml"));
        assertThat(files.input().referenced().contents()).containsEntry("s.json", new Content.Text("1"));
        Files.writeString(folder.resolve("s.json"), "2");
        write("b.yaml", "y");

        files = directory.read(told("s.json"));

        assertThat(files.input().referenced().contents()).containsEntry("s.json", new Content.Text("2"));
        assertThat(names(files)).containsExactly("a", "b");
    }

    @Test
    void revisionIsThatOfReadingAll() throws Exception {
        write("a.yaml", "x");

        String revision = directory.read(told("a.yaml")).input().revision();

        assertThat(revision)
                .isEqualTo(new PolicyDirectory(folder).read().input().revision());
    }

    @Test
    void itDiffersOnceAFileDoes() throws Exception {
        assertThat(directory.differs()).isFalse();
        write("a.yaml", "longer");

        assertThat(directory.differs()).isTrue();
        directory.read(told("a.yaml"));
        assertThat(directory.differs()).isFalse();
    }

    @Test
    void itDiffersOnceAFileIsThereOrGone() throws Exception {
        write("c.yaml", "c");
        assertThat(directory.differs()).isTrue();
        directory.read();
        Files.delete(folder.resolve("c.yaml"));

        assertThat(directory.differs()).isTrue();
    }

    @Test
    void itDiffersBeforeItWasRead() throws Exception {
        assertThat(new PolicyDirectory(folder).differs()).isTrue();
    }

    /// Linux gives no byte of this file, and nothing tells when one that failed so can be read.
    @Test
    @EnabledOnOs(OS.LINUX)
    void itDiffersWhileAFileFailsToBeRead() throws Exception {
        Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("/proc/self/mem"));
        directory.read();
        assertThat(directory.differs()).isTrue();
        Files.delete(folder.resolve("c.yaml"));
        directory.read();

        assertThat(directory.differs()).isFalse();
    }

    @Test
    void folderThatJustNowCannotBeListedIsNotEmpty() {
        Listing.Visitor visitor = new Listing.Visitor(folder);
        IOException failure = new FileSystemException(folder.toString(), null, "Too many open files");

        assertThatThrownBy(() -> visitor.visitFileFailed(folder, failure)).isSameAs(failure);
        assertThatThrownBy(() -> visitor.visitFileFailed(folder, new AccessDeniedException(folder.toString())))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void subfolderThatJustNowCannotBeListedIsNotEmpty() throws Exception {
        Path more = Files.createDirectory(folder.resolve("more"));
        Listing.Visitor visitor = new Listing.Visitor(folder);
        IOException failure = new FileSystemException(more.toString(), null, "Too many open files");

        assertThatThrownBy(() -> visitor.visitFileFailed(more, failure)).isSameAs(failure);
        assertThat(visitor.visitFileFailed(more, new AccessDeniedException(more.toString())))
                .isEqualTo(FileVisitResult.CONTINUE);
    }

    @Test
    void tooManyPathsAreAnywhere() {
        ChangedPaths changed = new ChangedPaths();
        for (int i = 0; i < ChangedPaths.PATHS_MAX; i++) {
            changed.add(Path.of("p" + i));
        }
        assertThat(changed.isAnywhere()).isFalse();
        changed.add(Path.of("q"));

        assertThat(changed.isAnywhere()).isTrue();
        assertThat(changed.paths()).isEmpty();
    }

    private void write(String file, String name) throws Exception {
        Files.writeString(folder.resolve(file), QUEUE.formatted(name, ""));
    }

    private ChangedPaths told(String... names) {
        ChangedPaths changed = new ChangedPaths();
        for (String name : names) {
            changed.add(folder.resolve(name));
        }
        return changed;
    }

    private static List<String> names(PolicyFiles files) {
        return files.input().files().stream()
                .flatMap(file -> file.documents().stream())
                .map(document -> document.key().name())
                .toList();
    }
}
