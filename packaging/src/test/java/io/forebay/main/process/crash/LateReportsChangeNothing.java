package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Contract 3: a report under a lease that is over is refused with 409: the job was leased again, or a report of the
/// lease had counted before.
final class LateReportsChangeNothing implements Rule {
    private static final int CONFLICT = 409;

    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<String, Integer> epochs = new HashMap<>();
        Set<Lease> over = new HashSet<>();
        Set<Lease> late = new HashSet<>();
        for (Entry entry : evidence.entries()) {
            switch (entry.event()) {
                case Event.Leased(Lease lease, long _) -> epochs.merge(lease.job(), lease.epoch(), Math::max);
                case Event.Reporting(Lease lease, Verb _, String _) -> {
                    if (over.contains(lease) || lease.epoch() < epochs.getOrDefault(lease.job(), 0)) {
                        late.add(lease);
                    }
                }
                case Event.ReportTaken(Lease lease, Verb _, String _) -> {
                    if (late.contains(lease)) {
                        broken.accept(entry + " came too late, and counts" + evidence.told(lease.request()));
                    }
                    over.add(lease);
                }
                case Event.ReportRefused(Lease lease, Verb _, int status, String _) -> {
                    if (status != CONFLICT) {
                        broken.accept(entry + " is refused otherwise" + evidence.told(lease.request()));
                    }
                }
                default -> {
                    // Says nothing about reports.
                }
            }
        }
    }
}
