package io.forebay.main.process.crash;

/// What the gateway says of a job when all is over.
///
/// @param result the [Mark] of the body of its result, or empty
record FinalJob(JobStatus status, String result) {
    String id() {
        return status.id();
    }
}
