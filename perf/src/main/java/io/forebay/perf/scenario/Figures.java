package io.forebay.perf.scenario;

import io.forebay.perf.measure.Medians;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A contender's figures on one line: the medians of its rounds.
///
/// @param labels what to know before quoting them: `noisy`, `generator-bound`, `generator-busy`, `few-rounds`
record Figures(
        double requestsPerCpuSecond,
        double requestsPerSecond,
        double p50Ms,
        double p99Ms,
        double p999Ms,
        double rssMiB,
        double foreignShare,
        double coreBusy,
        double generatorCpuShare,
        int rounds,
        List<String> labels) {
    static final String GENERATOR_BOUND = "generator-bound";
    static final int ROUNDS_MIN = 3;

    Figures {
        labels = List.copyOf(labels);
    }

    static Figures of(Line line, List<Run> runs) {
        return new Figures(
                median(runs, Run::requestsPerCpuSecond),
                median(runs, run -> run.load().requestsPerSecond()),
                median(runs, run -> run.load().p50Ms()),
                median(runs, run -> run.load().p99Ms()),
                median(runs, run -> run.load().p999Ms()),
                median(runs, Run::rssMiB),
                median(runs, run -> run.cpu().foreignShare()),
                median(runs, run -> run.cpu().coreBusy()),
                median(runs, run -> run.load().cpuShare()),
                runs.size(),
                labels(line, runs));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Medians.median(runs.stream().mapToDouble(figure).boxed().toList());
    }

    private static List<String> labels(Line line, List<Run> runs) {
        List<String> labels = new ArrayList<>();
        if (runs.stream().anyMatch(Run::isNoisy)) {
            labels.add("noisy");
        }
        if (line != Line.CONSTANT && median(runs, run -> run.cpu().coreBusy()) < Run.BUSY_MIN) {
            labels.add(GENERATOR_BOUND);
        }
        if (runs.stream().anyMatch(run -> run.load().cpuShare() > Run.GENERATOR_MAX)) {
            labels.add("generator-busy");
        }
        if (runs.size() < ROUNDS_MIN) {
            labels.add("few-rounds");
        }
        return labels;
    }

    boolean isGeneratorBound() {
        return labels.contains(GENERATOR_BOUND);
    }
}
