package io.forebay.offload.machine;

import io.forebay.offload.JobEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many events of a job are kept, and the last word on its progress.
///
/// @param count of all attempts; the next event has this number
/// @param erased those before this number are deleted already
/// @param progress of the attempt under way
public record Events(int count, int erased, long bytes, JobEvent.@Nullable Progress progress) {
    public static final Events NONE = new Events(0, 0, 0, null);

    Events and(List<JobEvent> more) {
        long moreBytes = 0;
        JobEvent.Progress last = progress;
        for (JobEvent event : more) {
            moreBytes += event.bytes();
            last = event instanceof JobEvent.Progress newer ? newer : last;
        }
        return new Events(count + more.size(), erased, bytes + moreBytes, last);
    }

    /// An attempt begins: nothing is known of its progress.
    Events ofNewAttempt() {
        return progress == null ? this : new Events(count, erased, bytes, null);
    }

    Events erasedBefore(int number) {
        return new Events(count, number, bytes, progress);
    }

    int kept() {
        return count - erased;
    }
}
