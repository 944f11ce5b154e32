package io.forebay.perf.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a contest found.
///
/// @param offeredPerSecond the rate of the constant line
/// @param ratios of the first contender to the others; the last is the one a reader looks for
record Outcome(double offeredPerSecond, List<Entry> entries, List<Ratio> ratios) {
    Outcome {
        entries = List.copyOf(entries);
        ratios = List.copyOf(ratios);
    }

    /// One contender.
    ///
    /// @param lines its figures by line
    /// @param rounds every run they are medians of, by line
    record Entry(String name, String version, Map<String, Figures> lines, Map<String, List<Run>> rounds) {

        /// Its line of output: the constant line's figures at the top, all lines beneath.
        Summary summary() {
            Figures figures = lines.getOrDefault(
                    Line.CONSTANT.id(), lines.values().iterator().next());
            return new Summary(
                    name,
                    version,
                    figures.requestsPerCpuSecond(),
                    figures.requestsPerSecond(),
                    figures.p50Ms(),
                    figures.p99Ms(),
                    figures.rssMiB(),
                    figures.foreignShare(),
                    figures.labels(),
                    lines);
        }
    }

    record Summary(
            String name,
            String version,
            double requestsPerCpuSecond,
            double requestsPerSecond,
            double p50Ms,
            double p99Ms,
            double rssMiB,
            double foreignShare,
            List<String> labels,
            Map<String, Figures> lines) {}

    /// A figure of the first contender by that of another.
    ///
    /// @param value null where the generator was the limit: then the line gives no ratio
    /// @param figure a latency, or empty: requests per CPU second
    record Ratio(String line, String to, @Nullable Double value, String figure) {

        Ratio(String line, String to, @Nullable Double value) {
            this(line, to, value, "");
        }

        /// As it is printed; the constant line, measured at the same work for both, is the one without a prefix.
        String text() {
            String prefix = line.equals(Line.CONSTANT.id()) ? "" : line + ": ";
            String what = figure.isEmpty() ? "" : figure + ": ";
            String ratio =
                    value == null ? Figures.GENERATOR_BOUND + ", none" : String.format(Locale.ROOT, "%.2f", value);
            return prefix + what + "ratio to " + to + ": " + ratio;
        }
    }
}
