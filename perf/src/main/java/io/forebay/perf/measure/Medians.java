package io.forebay.perf.measure;

import java.util.Arrays;
import java.util.List;

/// The middle of measured values, and of their ratios pair by pair: a disturbance that hits one round moves neither
/// much.
public final class Medians {
    private Medians() {}

    /// The middle value, or the mean of the two in the middle.
    ///
    /// @throws IllegalArgumentException when there are none
    public static double median(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// The median of `ours[i] / theirs[i]`: what was measured one after the other is compared with each other.
    ///
    /// @throws IllegalArgumentException when the lists differ in length or are empty, or a divisor is not positive
    public static double ratio(List<Double> ours, List<Double> theirs) {
        if (ours.size() != theirs.size()) {
            throw new IllegalArgumentException(ours.size() + " rounds against " + theirs.size());
        }
        Double[] ratios = new Double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            if (!(theirs.get(i) > 0)) {
                throw new IllegalArgumentException("round " + i + " measured " + theirs.get(i));
            }
            ratios[i] = ours.get(i) / theirs.get(i);
        }
        return median(Arrays.asList(ratios));
    }
}
