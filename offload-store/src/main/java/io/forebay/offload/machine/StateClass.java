package io.forebay.offload.machine;

import io.forebay.offload.JobState;

/// The lists a queue keeps: one a state, and one for failed jobs that have left the dead letters because they were
/// redriven, or have not the bytes to be.
public enum StateClass {
    SCHEDULED(0),
    QUEUED(1),
    RUNNING(2),
    SUCCEEDED(3),
    FAILED(4),
    CANCELED(5),
    EXPIRED(6),
    SETTLED(7);

    /// Codes are below this.
    public static final int CODES = 8;

    private final int code;

    StateClass(int code) {
        this.code = code;
    }

    /// What stands in keys; never reused.
    public int code() {
        return code;
    }

    public static StateClass of(JobState state) {
        return switch (state) {
            case SCHEDULED -> SCHEDULED;
            case QUEUED -> QUEUED;
            case RUNNING -> RUNNING;
            case SUCCEEDED -> SUCCEEDED;
            case FAILED -> FAILED;
            case CANCELED -> CANCELED;
            case EXPIRED -> EXPIRED;
        };
    }
}
