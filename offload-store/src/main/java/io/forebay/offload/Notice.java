package io.forebay.offload;

/// What is to be told of a job that ended. A job that has one was made by the store; it has no request.
///
/// @param url where the job's caller wants to hear of it
public record Notice(
        String url,
        JobId job,
        String queue,
        JobState state,
        String reason,
        int attempts,
        int answerStatus,
        long createdMs,
        long startedMs,
        long finishedMs,
        long expiresMs) {}
