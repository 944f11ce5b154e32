package io.forebay.main.process.crash;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Each minute since a schedule came into force is one job of it, whether the gateway was up or down then, and ends
/// well; nothing else is.
final class EachRunIsOneJob implements Rule {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final String PRINCIPAL = "schedule|";
    private static final int TIME_DIGITS = 12;

    static boolean isRun(FinalJob job) {
        return job.status().principal().startsWith(PRINCIPAL);
    }

    /// The run's time stands in the id.
    private static Instant time(FinalJob job) {
        return Instant.ofEpochMilli(Long.parseLong(job.id().substring(0, TIME_DIGITS), 16));
    }

    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        List<FinalJob> runs =
                evidence.jobs().stream().filter(EachRunIsOneJob::isRun).toList();
        for (FinalJob run : runs) {
            if (!run.status().isSucceeded()) {
                broken.accept(run + " did not succeed");
            }
        }
        for (String schedule : CrashPolicy.SCHEDULES) {
            Map<Instant, Long> jobs = runs.stream()
                    .filter(run -> run.status().principal().equals(PRINCIPAL + schedule))
                    .collect(groupingBy(EachRunIsOneJob::time, counting()));
            judge(evidence, schedule, jobs, broken);
        }
    }

    private static void judge(Evidence evidence, String schedule, Map<Instant, Long> jobs, Consumer<String> broken) {
        List<Event.InForce> inForce = evidence.about(schedule, Event.InForce.class);
        if (inForce.isEmpty()) {
            broken.accept(schedule + " was never in force");
            return;
        }
        Instant first = inForce.getFirst().next();
        Instant end = inForce.getLast().next();
        for (Instant time = first; time.isBefore(end); time = time.plus(PERIOD)) {
            if (!jobs.containsKey(time)) {
                broken.accept(schedule + " has no run of " + time + evidence.told(schedule));
            }
        }
        jobs.forEach((time, count) -> {
            if (count > 1 || time.isBefore(first) || time.toEpochMilli() % PERIOD.toMillis() != 0) {
                broken.accept(schedule + " has " + count + " runs of " + time + evidence.told(schedule));
            }
        });
    }
}
