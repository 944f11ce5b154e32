package io.forebay.gateway.overload;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// When each stage of load shedding begins. Boot settings; a change needs a restart.
///
/// @param thresholds [#THRESHOLD_MIN] to [#THRESHOLD_MAX]; a stage that is missing never begins
/// @param lagMaxNs how late a loop is when the pressure of its lag is 1
public record OverloadSettings(Map<OverloadStage, Double> thresholds, long lagMaxNs) {
    public static final double THRESHOLD_MIN = 0.1;
    /// A level that is smoothed comes near 1 and does not reach it.
    public static final double THRESHOLD_MAX = 0.99;

    public static final long LAG_MAX_DEFAULT_NS = TimeUnit.SECONDS.toNanos(1);
    public static final OverloadSettings DEFAULT = new OverloadSettings(defaults(), LAG_MAX_DEFAULT_NS);
    /// Nothing is ever shed.
    public static final OverloadSettings OFF = new OverloadSettings(Map.of(), LAG_MAX_DEFAULT_NS);

    public OverloadSettings {
        thresholds = Map.copyOf(thresholds);
        thresholds.forEach((stage, threshold) -> {
            if (!(threshold >= THRESHOLD_MIN && threshold <= THRESHOLD_MAX)) {
                throw new IllegalArgumentException("overload." + stage.text() + " must be a number from "
                        + THRESHOLD_MIN + " to " + THRESHOLD_MAX + ": " + threshold);
            }
        });
        if (lagMaxNs < 1) {
            throw new IllegalArgumentException("lagMaxNs must be positive: " + lagMaxNs);
        }
    }

    private static Map<OverloadStage, Double> defaults() {
        Map<OverloadStage, Double> thresholds = new EnumMap<>(OverloadStage.class);
        for (OverloadStage stage : OverloadStage.values()) {
            thresholds.put(stage, stage.thresholdDefault());
        }
        return thresholds;
    }

    /// The same but for where one stage begins.
    public OverloadSettings with(OverloadStage stage, double threshold) {
        Map<OverloadStage, Double> changed = new EnumMap<>(OverloadStage.class);
        changed.putAll(thresholds);
        changed.put(stage, threshold);
        return new OverloadSettings(changed, lagMaxNs);
    }

    /// The same without a stage.
    public OverloadSettings without(OverloadStage stage) {
        Map<OverloadStage, Double> changed = new EnumMap<>(OverloadStage.class);
        changed.putAll(thresholds);
        changed.remove(stage);
        return new OverloadSettings(changed, lagMaxNs);
    }

    /// The same with another measure of lag.
    public OverloadSettings lagMaxNs(long ns) {
        return new OverloadSettings(thresholds, ns);
    }
}
