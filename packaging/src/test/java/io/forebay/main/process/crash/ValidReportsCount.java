package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A lease outlives a crash of the gateway: until its time is over, or a report of it may have counted, its first
/// report is taken.
final class ValidReportsCount implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<Lease, Long> untilMs = new HashMap<>();
        Set<Lease> perhapsOver = new HashSet<>();
        for (Entry entry : evidence.entries()) {
            switch (entry.event()) {
                case Event.Leased(Lease lease, long until) -> untilMs.put(lease, until);
                case Event.Renewed(Lease lease, long until) -> untilMs.put(lease, until);
                case Event.ReportTaken(Lease lease, Verb _, String _) -> perhapsOver.add(lease);
                case Event.ReportUnanswered(Lease lease, Verb _, String _) -> perhapsOver.add(lease);
                case Event.ReportRefused(Lease lease, Verb _, int _, String _) -> {
                    if (!perhapsOver.contains(lease) && entry.clockMs() < untilMs.getOrDefault(lease, 0L)) {
                        broken.accept(entry + " under a valid lease" + evidence.told(lease.request()));
                    }
                }
                default -> {
                    // Says nothing about leases.
                }
            }
        }
    }
}
