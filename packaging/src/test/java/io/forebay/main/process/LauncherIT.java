package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `./forebay` before any Java runs.
class LauncherIT {
    @TempDir
    private Path folder;

    @Test
    void versionIsPrinted() {
        Checkout.Finished run = Checkout.run(60, "./forebay", "version");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).startsWith("forebay ");
    }

    @Test
    void unknownVerbIsExitCode64WithTheListOfVerbs() {
        Checkout.Finished run = Checkout.run(10, "./forebay", "fly");

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.output()).contains("there is no verb 'fly'", "quickstart");
    }

    @Test
    void conformanceOfNoKnownSuiteIsExitCode64WithTheListOfSuites() {
        Checkout.Finished run = Checkout.run(10, "./forebay", "conformance", "--only", "tea");

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.output()).contains("SUITE one of: h2spec clients grpc").hasLineCount(1);
        assertThat(Checkout.run(10, "./forebay", "help").output()).contains("conformance [--only SUITE]");
    }

    @Test
    void forebayJavaHomeThatIsNoJdk25IsExitCode69() throws IOException {
        Checkout.Finished run = Checkout.run(
                10,
                List.of("./forebay", "version"),
                Map.of("FOREBAY_JAVA_HOME", jdk("17.0.15").toString()));

        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.output()).contains("is not a JDK 25").hasLineCount(1);
    }

    @Test
    void javaHomeOfAnotherReleaseIsPassedOver() throws IOException {
        Checkout.Finished run = Checkout.run(
                60,
                List.of("./forebay", "java", "-version"),
                Map.of("FOREBAY_JAVA_HOME", "", "JAVA_HOME", jdk("17.0.15").toString(), "PATH", pathWithThisJdk()));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("25");
    }

    @Test
    void rehearsedStartOfAnEarlierBuildIsNotUsed() throws IOException {
        Path cache = Checkout.root().resolve("packaging/target/forebay.aot");
        Path aside = folder.resolve("aside.aot");
        boolean wasThere = Files.exists(cache);
        if (wasThere) {
            Files.move(cache, aside);
        }
        try {
            Files.writeString(cache, "no cache");
            Files.setLastModifiedTime(cache, FileTime.fromMillis(0));
            assertThat(versionWithLog()).doesNotContain("forebay.aot");
            Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(60)));
            assertThat(versionWithLog()).contains("forebay.aot");
        } finally {
            Files.delete(cache);
            if (wasThere) {
                Files.move(aside, cache);
            }
        }
    }

    private static String versionWithLog() {
        return Checkout.run(60, List.of("./forebay", "version"), Map.of("FOREBAY_JVM_ARGS", "-Xlog:aot=info"))
                .output();
    }

    private static String pathWithThisJdk() {
        return Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH");
    }

    /// A folder that looks like a JDK of this version, and runs nothing.
    private Path jdk(String version) throws IOException {
        Path home = folder.resolve("jdk-" + version);
        Files.createDirectories(home.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(home.resolve("bin").resolve(program), "#!/bin/sh\nexit 99\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
