package io.forebay.perf.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads `/proc` (or a copy of it, in tests). Stateless; any thread.
public final class ProcFiles {
    /// Linux reports to user space in hundredths of a second on every architecture it runs on (`USER_HZ`).
    public static final int TICKS_PER_SECOND = 100;

    private final Path root;

    public ProcFiles(Path root) {
        this.root = root;
    }

    public static ProcFiles ofThisMachine() {
        return new ProcFiles(Path.of("/proc"));
    }

    public CoreTicks core(int core) throws IOException {
        return CoreTicks.parse(Files.readAllLines(root.resolve("stat")), core);
    }

    /// The process and all that descend from it, the process first; empty when it is gone.
    public List<ProcessStat> tree(long pid) throws IOException {
        List<ProcessStat> all = all();
        List<ProcessStat> tree = new ArrayList<>();
        all.stream().filter(process -> process.pid() == pid).forEach(tree::add);
        for (int i = 0; i < tree.size(); i++) {
            long parent = tree.get(i).pid();
            all.stream().filter(process -> process.parentPid() == parent).forEach(tree::add);
        }
        return tree;
    }

    private List<ProcessStat> all() throws IOException {
        List<ProcessStat> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path process : processes) {
                try {
                    all.add(ProcessStat.parse(new String(Files.readAllBytes(process.resolve("stat")), UTF_8)));
                } catch (IOException e) {
                    if (Files.exists(process.resolve("stat"))) {
                        throw e; // else it has ended while we looked
                    }
                }
            }
        }
        return all;
    }

    public double cpuSeconds(long pid) throws IOException {
        return tree(pid).stream().mapToLong(ProcessStat::cpuTicks).sum() / (double) TICKS_PER_SECOND;
    }

    /// Resident memory of the whole tree.
    public double rssMiB(long pid) throws IOException {
        long rssKiB = 0;
        for (ProcessStat process : tree(pid)) {
            rssKiB += rssKiB(process.pid());
        }
        return rssKiB / 1024.0;
    }

    private long rssKiB(long pid) throws IOException {
        try {
            return Files.readAllLines(root.resolve(Long.toString(pid)).resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (NoSuchFileException e) {
            return 0; // ended while we looked
        }
    }
}
