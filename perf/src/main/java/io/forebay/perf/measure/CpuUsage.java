package io.forebay.perf.measure;

/// How a pinned process used its core in a measured window.
///
/// @param cpuSeconds user and system time of its tree
/// @param coreBusy the share of the window in which the core did anything
/// @param foreignShare the share of the window in which it worked for others (or the hypervisor kept it)
public record CpuUsage(double wallSeconds, double cpuSeconds, double coreBusy, double foreignShare) {

    static CpuUsage of(double wallSeconds, double cpuSeconds, double coreBusy) {
        if (wallSeconds <= 0) {
            throw new IllegalArgumentException("a window of " + wallSeconds + " s");
        }
        double foreign = Math.clamp(coreBusy - cpuSeconds / wallSeconds, 0, 1);
        return new CpuUsage(wallSeconds, cpuSeconds, coreBusy, foreign);
    }

    /// The figure contenders are compared by.
    ///
    /// @param requestsPerSecond as the generator counted them in the same window
    public double requestsPerCpuSecond(double requestsPerSecond) {
        return cpuSeconds <= 0 ? 0 : requestsPerSecond * wallSeconds / cpuSeconds;
    }
}
