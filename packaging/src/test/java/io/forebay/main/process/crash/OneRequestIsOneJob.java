package io.forebay.main.process.crash;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Contract 2: whatever was sent under one key, before and after crashes, is one job; what was sent without a key,
/// once, is one job at most.
final class OneRequestIsOneJob implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        for (Request request : evidence.requests()) {
            Set<String> jobs = new TreeSet<>();
            evidence.about(request.name(), Event.Accepted.class).forEach(accepted -> jobs.add(accepted.job()));
            evidence.about(request.name(), Event.Leased.class)
                    .forEach(leased -> jobs.add(leased.lease().job()));
            evidence.about(request.name(), Event.Arrived.class).stream()
                    .filter(arrived -> !arrived.job().isEmpty())
                    .forEach(arrived -> jobs.add(arrived.job()));
            evidence.jobsOf(request).forEach(job -> jobs.add(job.id()));
            if (jobs.size() > 1) {
                broken.accept(request + " is the jobs " + jobs + evidence.told(request.name()));
            }
        }
    }
}
