package io.forebay.main.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What memory there is, by the control group (v2, v1) or the host, against what the JVM may take.
final class MemoryCheck {
    private static final String NAME = "memory";
    /// Of the store, of threads, of code: beside the heap and the buffers.
    private static final long REST_BYTES = 160L << 20;
    private static final long NO_LIMIT = 1L << 60;

    private MemoryCheck() {}

    /// @param heapBytes what -Xmx says
    /// @param directBytes what -XX:MaxDirectMemorySize says
    static Finding of(HostView host, long heapBytes, long directBytes) {
        long wanted = heapBytes + directBytes + REST_BYTES;
        OptionalLong limit = limit(host);
        if (limit.isEmpty()) {
            return Finding.warning(NAME, "unknown", "the JVM may take " + mebi(wanted));
        }
        String figure = mebi(limit.getAsLong()) + " may be used; the JVM may take " + mebi(wanted);
        if (limit.getAsLong() < heapBytes + directBytes) {
            return Finding.failed(NAME, figure, "raise the limit, or lower -Xmx and -XX:MaxDirectMemorySize");
        }
        return limit.getAsLong() < wanted
                ? Finding.warning(NAME, figure, "raise the limit, or lower -Xmx and -XX:MaxDirectMemorySize")
                : Finding.ok(NAME, figure);
    }

    /// The smallest of all that hold.
    private static OptionalLong limit(HostView host) {
        List<Long> limits = new ArrayList<>();
        host.text("/proc/meminfo")
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("MemTotal:"))
                        .findFirst())
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .ifPresent(limits::add);
        String groups = host.text("/proc/self/cgroup").orElse("");
        groups.lines().forEach(line -> {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                above("/sys/fs/cgroup", parts[2]).forEach(path -> add(limits, host.text(path + "/memory.max")));
            } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("memory")) {
                above("/sys/fs/cgroup/memory", parts[2])
                        .forEach(path -> add(limits, host.text(path + "/memory.limit_in_bytes")));
            }
        });
        return limits.stream().mapToLong(Long::longValue).min();
    }

    /// The group and those that it is in; within a container only the topmost may be seen.
    private static List<String> above(String root, String group) {
        List<String> paths = new ArrayList<>();
        for (String path = group; path.length() > 1; path = path.substring(0, path.lastIndexOf('/'))) {
            paths.add(root + path);
        }
        paths.add(root);
        return paths;
    }

    private static void add(List<Long> limits, Optional<String> text) {
        text.map(String::strip)
                .filter(number -> number.matches("\\d{1,19}"))
                .map(Long::parseUnsignedLong)
                .filter(bytes -> bytes > 0 && bytes < NO_LIMIT)
                .ifPresent(limits::add);
    }

    private static String mebi(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
