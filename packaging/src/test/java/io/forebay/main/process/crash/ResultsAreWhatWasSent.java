package io.forebay.main.process.crash;

import java.util.List;
import java.util.function.Consumer;

/// Contract 4: the result of a job is what the upstream answered to its last attempt, or what the worker sent whose
/// completion counts.
final class ResultsAreWhatWasSent implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        for (Request request : evidence.requests()) {
            for (FinalJob job : evidence.jobsOf(request)) {
                boolean hasResult = job.status().isSucceeded() || !job.result().isEmpty();
                if (hasResult && !sent(evidence, request, job).contains(job.result())) {
                    broken.accept(job + " has a result that was not sent" + evidence.told(request.name()));
                }
            }
        }
    }

    /// What the result may be.
    private static List<String> sent(Evidence evidence, Request request, FinalJob job) {
        if (request.kind() != Kind.PULLED) {
            return evidence.about(request.name(), Event.Replied.class).stream()
                    .filter(reply -> reply.attempt() == job.status().attempt())
                    .map(Event.Replied::body)
                    .toList();
        }
        List<String> taken = evidence.about(request.name(), Event.ReportTaken.class).stream()
                .filter(report -> report.verb() == Verb.COMPLETE)
                .map(Event.ReportTaken::body)
                .toList();
        return taken.isEmpty()
                ? evidence.about(request.name(), Event.ReportUnanswered.class).stream()
                        .filter(report -> report.verb() == Verb.COMPLETE)
                        .map(Event.ReportUnanswered::body)
                        .toList()
                : taken;
    }
}
