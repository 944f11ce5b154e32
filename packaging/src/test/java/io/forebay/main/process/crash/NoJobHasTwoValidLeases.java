package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Contract 3: a job is leased again only once the lease before has ended by its time, or by a report that may have
/// counted; and of one job one completion counts.
final class NoJobHasTwoValidLeases implements Rule {
    private record Held(Lease lease, long untilMs) {}

    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<String, Held> held = new HashMap<>();
        Set<String> completed = new HashSet<>();
        for (Entry entry : evidence.entries()) {
            switch (entry.event()) {
                case Event.Leased(Lease lease, long untilMs) -> {
                    Held before = held.put(lease.job(), new Held(lease, untilMs));
                    if (before != null && before.untilMs() > entry.clockMs()) {
                        broken.accept(entry + " while there is the " + before + evidence.told(lease.request()));
                    }
                }
                case Event.Renewed(Lease lease, long untilMs) ->
                    held.computeIfPresent(
                            lease.job(), (_, known) -> known.lease().equals(lease) ? new Held(lease, untilMs) : known);
                case Event.Reporting(Lease lease, Verb _, String _) ->
                    held.computeIfPresent(
                            lease.job(), (_, known) -> known.lease().equals(lease) ? null : known);
                case Event.ReportTaken(Lease lease, Verb verb, String _)
                when verb == Verb.COMPLETE -> {
                    if (!completed.add(lease.job())) {
                        broken.accept(entry + " is a second completion" + evidence.told(lease.request()));
                    }
                }
                default -> {
                    // Says nothing about leases.
                }
            }
        }
    }
}
