package io.forebay.perf.measure;

import java.util.List;

/// The `cpuN` line of `/proc/stat`: how long a core has been busy since boot, in clock ticks. Time the hypervisor gave
/// to another guest counts as busy: the proxy could not have had it.
public record CoreTicks(long busyTicks, long totalTicks) {

    /// Finds the line of `core` among those of `/proc/stat`.
    ///
    /// @throws IllegalArgumentException when there is no such core
    public static CoreTicks parse(List<String> procStat, int core) {
        String name = "cpu" + core + " ";
        String line = procStat.stream()
                .filter(candidate -> candidate.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no core " + core + " in /proc/stat"));
        String[] fields = line.strip().split(" +", -1);
        long total = 0;
        for (int i = 1; i <= 8; i++) { // guest time, behind them, is part of user time
            total += Long.parseLong(fields[i]);
        }
        long idle = Long.parseLong(fields[4]) + Long.parseLong(fields[5]);
        return new CoreTicks(total - idle, total);
    }
}
