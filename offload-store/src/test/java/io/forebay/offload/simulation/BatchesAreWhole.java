package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import java.util.ArrayList;
import java.util.List;

/// Jobs that were submitted to be accepted together are all there or none is, also if the store went away in the midst
/// of it.
final class BatchesAreWhole implements Invariant {
    /// Nothing that was accepted is erased before.
    private static final long VISIBLE_MS = 30_000;

    private final World world;
    private final List<Doubt> doubts = new ArrayList<>();

    private record Doubt(List<Request> requests, long sinceMs) {}

    BatchesAreWhole(World world) {
        this.world = world;
    }

    @Override
    public void unansweredTogether(List<Request> requests) {
        doubts.add(new Doubt(requests, world.nowMs()));
    }

    @Override
    public void seen(Job job) {
        if (doubts.isEmpty() || world.isAway()) {
            return;
        }
        List<Doubt> now = List.copyOf(doubts);
        doubts.clear();
        for (Doubt doubt : now) {
            if (world.nowMs() - doubt.sinceMs() < VISIBLE_MS) {
                List<Boolean> there = doubt.requests().stream()
                        .map(request -> world.look(request.id()) != null)
                        .distinct()
                        .toList();
                assertThat(there)
                        .as("of %s some are jobs and some are not", doubt.requests())
                        .hasSize(1);
            }
        }
    }
}
