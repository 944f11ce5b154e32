package io.forebay.offload;

/// Hears of committed changes, on `store-writer`, after the sync and before the completions of the same batch: post
/// and return. What it throws is logged and goes nowhere else.
public interface StoreListener {
    /// The job now has this version and state, or is gone, which shows as [JobState#FAILED]; a long poll may wake, and
    /// the dispatcher of a job that is no longer
    /// running closes its call.
    void changed(JobId id, long version, JobState state);

    /// The job has more events.
    void emitted(JobId id);

    /// A lease of this queue may now find a job. At most once a queue and commit.
    void ready(String queue);

    StoreListener NONE = new StoreListener() {
        @Override
        public void changed(JobId id, long version, JobState state) {}

        @Override
        public void emitted(JobId id) {}

        @Override
        public void ready(String queue) {}
    };
}
