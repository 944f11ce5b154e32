package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Notice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Contract 9: of each job with a callback that ended there is one notice, which says how it ended; of no other job is
/// there any.
final class EveryEndIsToldOnce implements Invariant {
    private final Set<JobId> called = new HashSet<>();
    private final Set<JobId> uncalled = new HashSet<>();
    private final Map<JobId, JobState> ended = new HashMap<>();

    @Override
    public void offered(Request request) {
        (request.isCalledBack() ? called : uncalled).add(request.id());
    }

    @Override
    public void redriven(Job again) {
        if (again.redriveOf() != null && called.contains(again.redriveOf())) {
            called.add(again.id());
        }
    }

    @Override
    public void seen(Job job) {
        if (job.state().isTerminal()) {
            ended.put(job.id(), job.state());
        }
        if (job.redriveOf() != null && called.contains(job.redriveOf())) {
            called.add(job.id());
        }
    }

    @Override
    public void notices(List<Notice> notices) {
        Map<JobId, JobState> told = new HashMap<>();
        for (Notice notice : notices) {
            assertThat(told.put(notice.job(), notice.state()))
                    .as("another notice of %s", notice.job())
                    .isNull();
            assertThat(uncalled).as("jobs without a callback").doesNotContain(notice.job());
            assertThat(ended.getOrDefault(notice.job(), notice.state()))
                    .as("the end of %s", notice.job())
                    .isEqualTo(notice.state());
        }
        assertThat(ended.keySet())
                .as("ends that are told, of %s", told.keySet())
                .allMatch(id -> !called.contains(id) || told.containsKey(id));
    }
}
