package io.forebay.main.process.crash;

import java.util.List;
import java.util.function.Consumer;

/// A job succeeds, unless the upstream would not have it, its call was cut off and may not be made again, or two
/// workers were lost over it.
final class EveryEndHasACause implements Rule {
    private static final int LOST_WORKERS = 2;

    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        for (Request request : evidence.requests()) {
            for (FinalJob job : evidence.jobsOf(request)) {
                if (!job.status().isSucceeded() && !hasCause(evidence, request, job.status())) {
                    broken.accept(job + " has no cause" + evidence.told(request.name()));
                }
            }
        }
    }

    private static boolean hasCause(Evidence evidence, Request request, JobStatus end) {
        if (!end.state().equals("failed")) {
            return false;
        }
        return switch (end.reason()) {
            case "interrupted" ->
                request.kind() == Kind.ONCE && end.attempt() == 1 && wasKilledAfter(evidence, request.name());
            case "quarantined" -> request.kind() == Kind.PULLED && end.attempt() >= LOST_WORKERS;
            default ->
                evidence.about(request.name(), Event.Replied.class).stream()
                        .anyMatch(reply ->
                                reply.attempt() == end.attempt() && end.reason().equals("status-" + reply.status()));
        };
    }

    private static boolean wasKilledAfter(Evidence evidence, String name) {
        List<Entry> story = evidence.story(name).toList();
        int first = story.getFirst().number();
        return evidence.entries().stream()
                .anyMatch(entry -> entry.number() > first && entry.event() instanceof Event.Killing);
    }
}
