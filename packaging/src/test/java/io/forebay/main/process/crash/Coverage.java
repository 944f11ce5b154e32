package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How often a history came to what it is there for: a proof in which something never happened proves less than it
/// says.
final class Coverage {
    private static final int OK = 200;

    private final Map<String, Long> counts = new LinkedHashMap<>();

    Coverage(Evidence evidence) {
        counts.put("kills", evidence.all(Event.Killing.class).count());
        counts.put("requests accepted", evidence.all(Event.Accepted.class).count());
        counts.put("jobs", (long) evidence.jobs().size());
        counts.put(
                "requests of unknown outcome",
                evidence.all(Event.Unanswered.class).count());
        counts.put("attempts cut off and made again", madeAgain(evidence, false));
        counts.put("leases", evidence.all(Event.Leased.class).count());
        counts.put("reports taken of leases from before a kill", outlived(evidence, true));
        counts.put("late reports of such refused", outlived(evidence, false));
        counts.put(
                "calls handed over",
                evidence.all(Event.Accepted.class)
                        .filter(accepted -> accepted.request().kind().isCall())
                        .count());
        counts.put("of them interrupted", interrupted(evidence));
        counts.put("of them made again", madeAgain(evidence, true));
        counts.put(
                "runs of schedules",
                evidence.jobs().stream().filter(EachRunIsOneJob::isRun).count());
    }

    /// What never happened.
    List<String> missing() {
        return counts.entrySet().stream()
                .filter(count -> count.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static long interrupted(Evidence evidence) {
        return evidence.jobs().stream()
                .filter(job -> job.status().reason().equals("interrupted"))
                .count();
    }

    /// Attempts that another followed, though the upstream did not fail them.
    private static long madeAgain(Evidence evidence, boolean isCall) {
        return evidence.requests().stream()
                .filter(request ->
                        request.kind() != Kind.PULLED && request.kind().isCall() == isCall)
                .filter(request ->
                        evidence.about(request.name(), Event.Arrived.class).size()
                                > 1
                                        + evidence.about(request.name(), Event.Replied.class).stream()
                                                .filter(reply -> reply.status() != OK)
                                                .count())
                .count();
    }

    /// Reports that came to the same end, of leases that are older than a kill.
    private static long outlived(Evidence evidence, boolean isTaken) {
        Map<Lease, Integer> leased = new HashMap<>();
        int kills = 0;
        long outlived = 0;
        for (Entry entry : evidence.entries()) {
            Lease reported = switch (entry.event()) {
                case Event.ReportTaken(Lease lease, Verb _, String _) -> isTaken ? lease : null;
                case Event.ReportRefused(Lease lease, Verb _, int _, String _) -> isTaken ? null : lease;
                default -> null;
            };
            if (reported != null && leased.getOrDefault(reported, kills) < kills) {
                outlived++;
            } else if (entry.event() instanceof Event.Killing) {
                kills++;
            } else if (entry.event() instanceof Event.Leased(Lease lease, long _)) {
                leased.put(lease, kills);
            }
        }
        return outlived;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(what));
        return text.toString();
    }
}
