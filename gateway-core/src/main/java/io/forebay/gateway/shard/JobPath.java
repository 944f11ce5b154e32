package io.forebay.gateway.shard;

import io.forebay.gateway.http.RequestHead;
import io.forebay.offload.JobId;
import java.util.Optional;

/// The paths that name a job, or a lease, whose text begins with its job: `/_jobs/{id}` and `/_leases/{lease}`, and
/// what is below them.
final class JobPath {
    static final int NO_SHARD = -1;

    private static final int ID_CHARS = 32;

    private final String jobs;
    private final String leases;

    /// @param reservedPrefix of the job endpoints
    JobPath(String reservedPrefix) {
        this.jobs = reservedPrefix + "jobs/";
        this.leases = reservedPrefix + "leases/";
    }

    /// The shard that the path names, or [#NO_SHARD].
    int shard(RequestHead head) {
        if (head.pathStartsWith(jobs)) {
            return shard(head.text(head.path()), jobs.length());
        }
        return head.pathStartsWith(leases) ? shard(head.text(head.path()), leases.length()) : NO_SHARD;
    }

    private static int shard(String path, int at) {
        if (path.length() < at + ID_CHARS) {
            return NO_SHARD;
        }
        Optional<JobId> id = JobId.parse(path.substring(at, at + ID_CHARS));
        return id.isEmpty() ? NO_SHARD : id.get().shard();
    }
}
