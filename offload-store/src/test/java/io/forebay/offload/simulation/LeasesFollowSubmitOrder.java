package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Submitted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Contract 3: per ordering key, leases follow submit order, one at a time.
final class LeasesFollowSubmitOrder implements Invariant {
    private final World world;
    private final Map<JobId, Place> places = new HashMap<>();
    /// Where a submission stands if it was done, which nobody knows.
    private final Map<JobId, Place> perhaps = new HashMap<>();

    private final Set<JobId> doubtful = new HashSet<>();

    private record Place(String line, int number) {}

    LeasesFollowSubmitOrder(World world) {
        this.world = world;
    }

    @Override
    public void accepted(Request request, Submitted submitted) {
        if (submitted.isNew()) {
            put(places, request);
        } else if (submitted.job().id().equals(request.id())) {
            seen(submitted.job());
        }
    }

    /// Of two submissions that may have been done, either may have been the one that was.
    @Override
    public void unanswered(Request request) {
        boolean isFirst = doubtful.add(request.id());
        if (isFirst) {
            put(perhaps, request);
        } else {
            perhaps.remove(request.id());
        }
    }

    private static void put(Map<JobId, Place> places, Request request) {
        @Nullable String line = request.line();
        if (line != null) {
            places.put(request.id(), new Place(line, request.number()));
        }
    }

    @Override
    public void seen(Job job) {
        Place place = perhaps.remove(job.id());
        if (place != null) {
            places.putIfAbsent(job.id(), place);
        }
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        Place mine = places.get(lease.key().job());
        if (mine == null) {
            return;
        }
        places.entrySet().removeIf(other -> {
            boolean isBefore = other.getValue().line().equals(mine.line())
                    && other.getValue().number() < mine.number();
            if (isBefore) {
                Job job = world.look(other.getKey());
                assertThat(job == null || job.state().isTerminal())
                        .as(
                                "%s is leased before %s of the same line",
                                lease.key().job(), other.getKey())
                        .isTrue();
            }
            return isBefore;
        });
    }
}
