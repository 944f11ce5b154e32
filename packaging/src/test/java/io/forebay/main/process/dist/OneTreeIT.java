package io.forebay.main.process.dist;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The tarball, the image and the Debian package hold the same tree, which runs wherever it lies and needs no Java.
@Timeout(1200)
@EnabledIf(value = "io.forebay.main.process.dist.Packages#arePossible", disabledReason = "Debian's tools are needed")
class OneTreeIT {
    private static final long LIMIT_SECONDS = 120;
    private static final int FROM_ARCHIVE_PERCENT_MIN = 90;

    @TempDir
    private static Path folder;

    private static Path tree = Path.of("");

    @BeforeAll
    static void unpack() {
        Packages.run(LIMIT_SECONDS, "tar", "-C", folder.toString(), "-xf", Packages.ending("linux-amd64.tar.gz") + "");
        tree = folder.resolve("forebay-0.1.0");
    }

    @Test
    void treeRunsWhereItIsUnpackedAndWithoutAnotherJava() throws IOException {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        String check = Packages.run(
                LIMIT_SECONDS,
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                tree.resolve("bin/forebay").toString(),
                "check",
                policy.toString());
        assertThat(check).contains("0 errors");
    }

    @Test
    void startTakesItsClassesFromTheArchive() throws IOException {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        Path log = folder.resolve("classes.log");
        Packages.run(
                LIMIT_SECONDS,
                "env",
                "FOREBAY_JVM_ARGS=-Xlog:class+load:file=" + log,
                tree.resolve("bin/forebay").toString(),
                "check",
                policy.toString());
        long loaded = count(log, " source: ");
        assertThat(count(log, "shared objects file") * 100 / loaded).isGreaterThan(FROM_ARCHIVE_PERCENT_MIN);
    }

    private static long count(Path file, String text) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void debianPackageHoldsTheTree() throws IOException {
        Path root = Files.createDirectories(folder.resolve("deb"));
        Packages.run(LIMIT_SECONDS, "dpkg-deb", "--extract", Packages.ending(".deb") + "", root.toString());
        assertThat(content(root.resolve("opt/forebay"))).isEqualTo(content(tree));
    }

    @Test
    void imageHoldsTheTree() throws IOException {
        Path archive = Files.createDirectories(folder.resolve("image"));
        Path root = Files.createDirectories(folder.resolve("root"));
        Packages.run(LIMIT_SECONDS, "tar", "-C", archive.toString(), "-xf", Packages.ending("image-amd64.tar") + "");
        String manifest = Files.readString(archive.resolve("manifest.json"));
        long compressed = 0;
        for (String part : manifest.substring(manifest.indexOf("\"Layers\"")).split("\"", -1)) {
            if (part.startsWith("blobs/")) {
                Path layer = archive.resolve(part);
                compressed += Files.size(layer);
                Packages.run(LIMIT_SECONDS, "tar", "--zstd", "-C", root.toString(), "-xf", layer.toString());
            }
        }
        assertThat(content(root.resolve("opt/forebay"))).isEqualTo(content(tree));
        assertThat(compressed).isLessThanOrEqualTo(80_000_000);
    }

    /// Sizes, times and permissions by path: files of equal name and time that differ in bytes alone would be a fault
    /// of tar.
    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(
                        root.relativize(file).toString(),
                        Files.size(file) + " " + Files.getLastModifiedTime(file) + " "
                                + requireNonNull(Files.getPosixFilePermissions(file))
                                        .size());
            }
        }
        return content;
    }
}
