package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import java.util.LinkedHashMap;
import java.util.Map;

/// Recently used jobs that equal what is on disk, oldest use out first.
final class CleanJobs extends LinkedHashMap<JobId, StoredJob> {
    private static final long serialVersionUID = 1;

    static final int JOBS_MAX = 4_096;

    CleanJobs() {
        super(256, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<JobId, StoredJob> eldest) {
        return size() > JOBS_MAX;
    }
}
