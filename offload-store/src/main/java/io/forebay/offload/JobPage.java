package io.forebay.offload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a list; `next` begins the following page, `null` at the end.
public record JobPage(List<Job> jobs, @Nullable String next) {
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
