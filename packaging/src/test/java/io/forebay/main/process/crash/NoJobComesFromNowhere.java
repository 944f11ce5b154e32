package io.forebay.main.process.crash;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Contract 1: there is no job that nobody asked for, that was refused, or of which a call's own answer was given; and
/// nobody works on a job that is not there.
final class NoJobComesFromNowhere implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Set<String> traces = new HashSet<>();
        for (Request request : evidence.requests()) {
            traces.add(request.traceId());
            if (!evidence.jobsOf(request).isEmpty() && !mayBeAJob(evidence, request)) {
                broken.accept(request + " is a job" + evidence.told(request.name()));
            }
        }
        for (FinalJob job : evidence.jobs()) {
            if (!EachRunIsOneJob.isRun(job) && !traces.contains(job.status().traceId())) {
                broken.accept("nobody asked for " + job);
            }
        }
        evidence.all(Event.Arrived.class)
                .filter(arrived -> !arrived.job().isEmpty() && !CrashPolicy.SCHEDULES.contains(arrived.subject()))
                .forEach(arrived -> worked(evidence, arrived.subject(), arrived.job(), broken));
        evidence.all(Event.Leased.class)
                .forEach(leased ->
                        worked(evidence, leased.subject(), leased.lease().job(), broken));
    }

    private static boolean mayBeAJob(Evidence evidence, Request request) {
        return !evidence.about(request.name(), Event.Accepted.class).isEmpty()
                || !evidence.about(request.name(), Event.Unanswered.class).isEmpty();
    }

    private static void worked(Evidence evidence, String name, String job, Consumer<String> broken) {
        if (evidence.job(job) == null) {
            broken.accept("job " + job + " is worked on and is not there" + evidence.told(name));
        }
    }
}
