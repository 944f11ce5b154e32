package io.forebay.main.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The checkout that the tests run in: its files, and how its programs are started.
public final class Checkout {
    private static final String PARANOID = "-Dio.netty.leakDetection.level=paranoid";

    private Checkout() {}

    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isExecutable(folder.resolve("forebay"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("the tests run outside of a checkout");
        }
        return folder;
    }

    /// The command that `./forebay` becomes, with leaks of buffers reported.
    public static List<String> java(String... arguments) {
        List<String> command = unrehearsed(arguments);
        command.addAll(1, List.of("-XX:AOTCache=" + Rehearsed.CACHE, "-Xlog:aot*=error"));
        return command;
    }

    /// The same without an AOT cache.
    static List<String> unrehearsed(String... arguments) {
        Path target = root().resolve("packaging/target");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + root().resolve("packaging/etc/jvm.args"));
        command.add("-Djava.library.path=" + target.resolve("native"));
        command.add(PARANOID);
        command.addAll(List.of("-cp", jar(target) + ":" + text(target.resolve("runtime.classpath"))));
        command.add("io.forebay.main.Main");
        command.addAll(List.of(arguments));
        return command;
    }

    /// The environment in which `./forebay` uses what this build made, and nothing of the caller's.
    public static void prepare(Map<String, String> environment) {
        environment.put("FOREBAY_JAVA_HOME", System.getProperty("java.home"));
        environment.put("FOREBAY_BUILD", "never");
        environment.put("FOREBAY_JVM_ARGS", PARANOID);
    }

    /// Runs a program of the checkout to its end; stdout and stderr together.
    public static Finished run(long limitSeconds, List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("forebay-it", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(root().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            prepare(builder.environment());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output);
            Files.delete(output);
            return new Finished(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static Finished run(long limitSeconds, String... command) {
        return run(limitSeconds, List.of(command), Map.of());
    }

    /// How a program ended.
    public record Finished(int exitCode, String output) {}

    private static Path jar(Path target) {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar in " + target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
