package io.forebay.perf.scenario;

import io.forebay.perf.peer.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where figures come from: without it they mean nothing.
///
/// @param commit of the working tree, `-dirty` when it held changes, `unknown` outside of version control
record Machine(String cpu, int cores, long memoryMiB, String kernel, String jdk, String commit) {

    static Machine read(Path repository) throws IOException {
        return new Machine(
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) / 1024,
                System.getProperty("os.version"),
                System.getProperty("java.runtime.version"),
                commit(repository));
    }

    private static String field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("0");
    }

    private static String commit(Path repository) {
        try {
            String folder = repository.toString();
            String commit = Program.run(new ProcessBuilder("git", "-C", folder, "rev-parse", "--short=12", "HEAD"));
            String changes = Program.run(new ProcessBuilder(
                    "git", "-C", folder, "status", "--porcelain", "--", ".", ":(exclude)perf/results"));
            return commit.strip() + (changes.isBlank() ? "" : "-dirty");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
