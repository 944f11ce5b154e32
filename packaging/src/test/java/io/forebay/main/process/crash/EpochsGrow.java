package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Contract 3: no epoch of a job comes twice, nor after a later one, whoever holds the lease.
final class EpochsGrow implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<String, Integer> epochs = new HashMap<>();
        for (Entry entry : evidence.entries()) {
            switch (entry.event()) {
                case Event.Leased(Lease lease, long _) ->
                    grow(epochs, lease.job(), lease.epoch(), entry, evidence, broken);
                case Event.Arrived(String _, String job, int _, int epoch)
                when !job.isEmpty() -> grow(epochs, job, epoch, entry, evidence, broken);
                default -> {
                    // Has no epoch.
                }
            }
        }
    }

    private static void grow(
            Map<String, Integer> epochs,
            String job,
            int epoch,
            Entry entry,
            Evidence evidence,
            Consumer<String> broken) {
        Integer before = epochs.put(job, epoch);
        if (before != null && before >= epoch) {
            broken.accept(entry + " comes after epoch " + before
                    + evidence.told(entry.event().subject()));
        }
    }
}
