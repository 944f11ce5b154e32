package io.forebay.main.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private RotatingFile open(long bytesMax, int filesMax) throws IOException {
        return new RotatingFile(folder.resolve("x.log"), bytesMax, filesMax, stderr);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void fileThatIsFullMakesRoomForANewOne() throws IOException {
        try (RotatingFile log = open(8, 3)) {
            write(log, "one\n");
            write(log, "two\n");
            write(log, "three\n");
        }
        assertThat(text("x.log")).isEqualTo("three\n");
        assertThat(text("x.log.1")).isEqualTo("one\ntwo\n");
        assertThat(names()).containsExactly("x.log", "x.log.1");
    }

    @Test
    void oldestIsDeleted() throws IOException {
        try (RotatingFile log = open(4, 3)) {
            for (String line : List.of("1\n", "22\n", "333\n", "444\n", "555\n")) {
                write(log, line);
            }
        }
        assertThat(text("x.log")).isEqualTo("555\n");
        assertThat(text("x.log.1")).isEqualTo("444\n");
        assertThat(text("x.log.2")).isEqualTo("333\n");
        assertThat(names()).hasSize(3);
    }

    @Test
    void linesStayWhole() throws IOException {
        try (RotatingFile log = open(8, 3)) {
            write(log, "one\n");
            write(log, "lon");
            write(log, "g line\n");
            write(log, "next\n");
        }
        assertThat(text("x.log.1")).isEqualTo("one\nlong line\n");
        assertThat(text("x.log")).isEqualTo("next\n");
    }

    @Test
    void nextStartGoesOnAtTheEnd() throws IOException {
        try (RotatingFile log = open(8, 3)) {
            write(log, "one\n");
        }
        try (RotatingFile log = open(8, 3)) {
            write(log, "two\n");
            write(log, "three\n");
        }
        assertThat(text("x.log.1")).isEqualTo("one\ntwo\n");
        assertThat(text("x.log")).isEqualTo("three\n");
    }

    @Test
    void secondProcessGoesOnInTheFileThatTheFirstHasBegun() throws IOException {
        try (RotatingFile first = open(8, 3);
                RotatingFile second = open(8, 3)) {
            write(first, "one\n");
            write(second, "second\n");
            write(first, "three\n");
            write(second, "4\n");
        }
        assertThat(text("x.log.1")).isEqualTo("one\nsecond\n");
        assertThat(text("x.log")).isEqualTo("three\n4\n");
        assertThat(names()).hasSize(2);
    }

    @Test
    void fileThatIsTakenAwayIsBegunAnewWhenItWouldBeFull() throws IOException {
        try (RotatingFile log = open(8, 3)) {
            write(log, "one\n");
            Files.delete(folder.resolve("x.log"));
            write(log, "twelve\n");
        }
        assertThat(text("x.log")).isEqualTo("twelve\n");
        assertThat(names()).hasSize(1);
    }

    @Test
    void whatCannotBeWrittenGoesToStderrUntilItCan() throws IOException {
        Path moved = folder.resolveSibling(folder.getFileName() + "-moved");
        try (RotatingFile log = open(4, 3)) {
            write(log, "one\n");
            Files.move(folder, moved);
            write(log, "two\n");
            assertThat(stderr.toString(StandardCharsets.UTF_8)).isEqualTo("two\n");
            Files.move(moved, folder);
            write(log, "three\n");
        }
        assertThat(text("x.log")).isEqualTo("three\n");
        assertThat(text("x.log.1")).isEqualTo("one\n");
    }
}
