package io.forebay.gateway.overload;

/// From samples of the pressures to the stages that are on. Pure: no clock, no source of its own.
///
/// Each pressure is smoothed, so that one bad sample begins nothing: from rest to full pressure it takes seven
/// samples until the first default threshold is passed. A stage ends only [#MARGIN] below its threshold. Owned
/// by one loop.
final class OverloadLevels {
    /// What the newest sample counts.
    static final double WEIGHT = 0.3;
    static final double MARGIN = 0.05;

    private static final Pressure[] PRESSURES = Pressure.values();
    private static final OverloadStage[] STAGES = OverloadStage.values();

    private final double[] thresholds = new double[STAGES.length];
    private final double[] levels = new double[PRESSURES.length];
    private int on;

    OverloadLevels(OverloadSettings settings) {
        for (OverloadStage stage : STAGES) {
            Double threshold = settings.thresholds().get(stage);
            thresholds[stage.place()] = threshold == null ? Double.POSITIVE_INFINITY : threshold;
        }
    }

    /// Takes one sample of each; what is beyond 0 to 1 counts as the nearer end.
    ///
    /// @return the stages that are on now, a bit each
    int sample(double memory, double loopLag, double connections) {
        smooth(Pressure.MEMORY, memory);
        smooth(Pressure.LOOP_LAG, loopLag);
        smooth(Pressure.CONNECTIONS, connections);
        for (OverloadStage stage : STAGES) {
            double level = level(stage);
            double threshold = thresholds[stage.place()];
            if (level >= threshold) {
                on |= stage.bit();
            } else if (level < threshold - MARGIN) {
                on &= ~stage.bit();
            }
        }
        return on;
    }

    private void smooth(Pressure pressure, double sample) {
        double before = levels[pressure.place()];
        // No number counts as none.
        double within = sample >= 0 ? Math.min(sample, 1) : 0;
        levels[pressure.place()] = before + WEIGHT * (within - before);
    }

    private double level(OverloadStage stage) {
        double worst = 0;
        for (Pressure pressure : PRESSURES) {
            if (stage.isBy(pressure)) {
                worst = Math.max(worst, levels[pressure.place()]);
            }
        }
        return worst;
    }

    /// The pressure as it is smoothed.
    double level(Pressure pressure) {
        return levels[pressure.place()];
    }
}
