package io.forebay.main.process.crash;

import static java.util.stream.Collectors.groupingBy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Contract 3: in one line, no job's call arrives before every job that was submitted earlier is over: its last call
/// has been answered, and none of it arrives afterwards.
final class ArrivalsFollowSubmitOrder implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<String, List<Request>> lines = evidence.requests().stream()
                .filter(request -> !request.line().isEmpty())
                .collect(groupingBy(Request::line));
        lines.values().forEach(line -> judge(evidence, line, broken));
    }

    private static void judge(Evidence evidence, List<Request> line, Consumer<String> broken) {
        List<Request> arrived = line.stream()
                .sorted(Comparator.comparingInt(Request::number))
                .filter(request ->
                        !evidence.about(request.name(), Event.Arrived.class).isEmpty())
                .toList();
        for (int i = 1; i < arrived.size(); i++) {
            Request before = arrived.get(i - 1);
            Request next = arrived.get(i);
            int begun = firstArrival(evidence, next);
            if (lastArrival(evidence, before) > begun || end(evidence, before) > begun) {
                broken.accept(next + " does not wait for " + before + evidence.told(before.name()) + "\n  and"
                        + evidence.told(next.name()));
            }
        }
    }

    private static int firstArrival(Evidence evidence, Request request) {
        return evidence.story(request.name())
                .filter(entry -> entry.event() instanceof Event.Arrived)
                .mapToInt(Entry::number)
                .min()
                .orElseThrow();
    }

    private static int lastArrival(Evidence evidence, Request request) {
        return evidence.story(request.name())
                .filter(entry -> entry.event() instanceof Event.Arrived)
                .mapToInt(Entry::number)
                .max()
                .orElseThrow();
    }

    /// When the answer that ended the job was sent.
    private static int end(Evidence evidence, Request request) {
        int attempt = evidence.jobsOf(request).stream()
                .mapToInt(job -> job.status().attempt())
                .max()
                .orElse(0);
        return evidence.story(request.name())
                .filter(entry -> entry.event() instanceof Event.Replied reply && reply.attempt() == attempt)
                .mapToInt(Entry::number)
                .max()
                .orElse(Integer.MAX_VALUE);
    }
}
