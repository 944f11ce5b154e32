package io.forebay.main.process.crash;

import java.util.List;
import java.util.function.Consumer;

/// A call is made once for each attempt that counts, whether it was a job from the start or became one while it ran; a
/// call that is no job is made once at most.
final class CallsAreMadeOnceAnAttempt implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        for (Request request : evidence.requests()) {
            if (request.kind() != Kind.PULLED) {
                judge(evidence, request, broken);
            }
        }
    }

    private static void judge(Evidence evidence, Request request, Consumer<String> broken) {
        List<Integer> attempts = evidence.about(request.name(), Event.Arrived.class).stream()
                .map(Event.Arrived::attempt)
                .toList();
        if (attempts.stream().distinct().count() < attempts.size()) {
            broken.accept(request + " was called for attempts " + attempts + evidence.told(request.name()));
        }
        List<FinalJob> jobs = evidence.jobsOf(request);
        int counted = jobs.isEmpty()
                ? (request.kind().isCall() ? 1 : 0)
                : jobs.getFirst().status().attempt();
        if (attempts.stream().anyMatch(attempt -> attempt > counted)) {
            broken.accept(request + " has " + counted + " attempts and was called for " + attempts
                    + evidence.told(request.name()));
        }
        for (FinalJob job : jobs) {
            if (job.status().isSucceeded() && !attempts.contains(job.status().attempt())) {
                broken.accept(job + " was not called" + evidence.told(request.name()));
            }
            if (request.kind() == Kind.ONCE && job.status().attempt() != 1) {
                broken.accept(job + " was made again" + evidence.told(request.name()));
            }
        }
    }
}
