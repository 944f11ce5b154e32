package io.forebay.perf.measure;

import java.io.IOException;

/// A process tree and the core it is pinned to, read at the beginning of a measured window.
///
/// @param atNs the monotonic clock when it was read
public record CpuWindow(long atNs, double cpuSeconds, CoreTicks core) {

    public static CpuWindow read(ProcFiles proc, long pid, int core, long nowNs) throws IOException {
        return new CpuWindow(nowNs, proc.cpuSeconds(pid), proc.core(core));
    }

    /// What happened between this reading and a later one.
    public CpuUsage until(CpuWindow end) {
        double wallSeconds = (end.atNs - atNs) / 1e9;
        double ownSeconds = end.cpuSeconds - cpuSeconds;
        double coreTotal = end.core.totalTicks() - core.totalTicks();
        double coreBusy = coreTotal <= 0 ? 0 : (end.core.busyTicks() - core.busyTicks()) / coreTotal;
        return CpuUsage.of(wallSeconds, ownSeconds, coreBusy);
    }
}
