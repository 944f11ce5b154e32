package io.forebay.gateway.offload;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import java.util.function.Consumer;

/// Tells an exchange that waits about the job it waits for: once when it begins to look, and after each change. One of
/// the bounded number of long polls. Owned by the exchange's loop.
final class JobWatch {
    private final PendingAnswer waiting;
    private final JobParts parts;
    private final JobId id;
    private final Consumer<Outcome<Job>> news;
    private final Runnable wake = this::wake;
    private boolean isRegistered;

    /// @param news hears, on the loop, how the job stands, or why that cannot be read
    JobWatch(PendingAnswer waiting, JobParts parts, JobId id, Consumer<Outcome<Job>> news) {
        this.waiting = waiting;
        this.parts = parts;
        this.id = id;
        this.news = news;
    }

    /// Waits for the next change, unless it does so already.
    ///
    /// @return false if too many wait
    boolean await() {
        if (isRegistered) {
            return true;
        }
        isRegistered = parts.longPolls().add(id, wake);
        if (isRegistered) {
            // The job may have changed before the registration.
            look();
        }
        return isRegistered;
    }

    private void wake() {
        waiting.onLoop(() -> {
            isRegistered = false;
            look();
        });
    }

    private void look() {
        parts.reader().job(id, outcome -> waiting.onLoop(() -> news.accept(outcome)));
    }

    /// Nobody waits any more.
    void end() {
        if (isRegistered) {
            isRegistered = false;
            parts.longPolls().remove(id, wake);
        }
    }
}
