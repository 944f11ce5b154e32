package io.forebay.gateway.worker;

import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.Outcome;
import java.util.List;

/// What a lease request brought; a refusal is no leases, and the next turn asks again.
final class LeaseOutcome {
    private LeaseOutcome() {}

    static List<Lease> leases(Outcome<LeaseBatch> outcome) {
        return switch (outcome) {
            case Outcome.Done<LeaseBatch>(LeaseBatch batch) -> batch.leases();
            case Outcome.Refused<LeaseBatch>(var refusal) -> List.of();
        };
    }
}
