package io.forebay.perf.scenario;

import io.forebay.perf.load.LoadResult;
import io.forebay.perf.measure.CpuUsage;

/// One measured window: what the generator saw and what it cost the contender.
///
/// @param rssMiB resident memory of its process tree afterwards, or while the connections were held
record Run(LoadResult load, CpuUsage cpu, double rssMiB) {
    /// A core that worked for others longer than this share of the window measured them too.
    static final double FOREIGN_MAX = 0.15;

    /// Below this the contender waited for the generator.
    static final double BUSY_MIN = 0.90;

    /// Above this the generator may have been the limit.
    static final double GENERATOR_MAX = 0.90;

    double requestsPerCpuSecond() {
        return cpu.requestsPerCpuSecond(load.requestsPerSecond());
    }

    boolean isNoisy() {
        return cpu.foreignShare() > FOREIGN_MAX;
    }

    boolean isGeneratorBound() {
        return cpu.coreBusy() < BUSY_MIN;
    }
}
