package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What `./forebay package` makes of this build, but for the VM image, once for all tests. Needs what it needs:
/// Debian's tools.
final class Packages {
    private static final List<String> PROGRAMS = List.of("dpkg-deb", "apt-get", "zstd");
    private static final long LIMIT_SECONDS = 900;
    private static @Nullable Path folder;

    private Packages() {}

    /// Whether this machine can make them.
    static boolean arePossible() {
        return hasPrograms(PROGRAMS);
    }

    static boolean hasPrograms(List<String> names) {
        return names.stream()
                .allMatch(name -> Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")
                        .anyMatch(place -> Files.isExecutable(Path.of(place, name))));
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// The one file with this ending.
    static synchronized Path ending(String end) {
        Path made = folder;
        if (made == null) {
            made = Checkout.root().resolve("packaging/target/packages");
            run(LIMIT_SECONDS, "./forebay", "package", "--tarball", "--image", "--deb", "--output", made.toString());
            folder = made;
        }
        try (Stream<Path> files = Files.list(made)) {
            return files.filter(file -> file.toString().endsWith(end))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program that is to succeed.
    ///
    /// @return what it printed
    static String run(long limitSeconds, String... command) {
        Checkout.Finished ended = Checkout.run(limitSeconds, command);
        assertThat(ended.exitCode())
                .as(() -> String.join(" ", command) + "\n" + ended.output())
                .isZero();
        return ended.output();
    }
}
