package io.forebay.main.process.crash;

import java.util.function.Consumer;

/// Contract 1: each 202 leads to a job that is always found; and every job ends.
final class AcceptedJobsEnd implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        evidence.all(Event.Missing.class).forEach(missing -> broken.accept(missing + evidence.told(missing.subject())));
        evidence.all(Event.Accepted.class).forEach(accepted -> {
            FinalJob job = evidence.job(accepted.job());
            if (job == null) {
                broken.accept("the job of " + accepted + " is lost" + evidence.told(accepted.subject()));
            }
        });
        for (Request request : evidence.requests()) {
            for (FinalJob job : evidence.jobsOf(request)) {
                if (!job.status().isTerminal()) {
                    broken.accept(job + " does not end" + evidence.told(request.name()));
                }
            }
        }
    }
}
