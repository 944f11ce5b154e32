package io.forebay.offload;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// Why an attempt did not succeed. Whether it may be retried was decided where the knowledge is, by the caller.
///
/// @param reason a short stable token such as `timeout` or `status-503`
/// @param retryable false sends the job to the dead letters at once
/// @param retryAfterMs the least wait the upstream asked for, 0 for none
/// @param gatesQueue the wait holds for the whole queue, not for this job alone
/// @param crash the worker vanished after the request was sent; two of these quarantine the job
/// @param answer kept as the job's result if this was its last attempt
public record Failure(
        String reason,
        boolean retryable,
        long retryAfterMs,
        boolean gatesQueue,
        boolean crash,
        @Nullable Answer answer) {
    public Failure {
        requireNonNull(reason, "reason");
        if (retryAfterMs < 0) {
            throw new IllegalArgumentException("retryAfterMs must not be negative: " + retryAfterMs);
        }
    }

    public static Failure retryable(String reason) {
        return new Failure(reason, true, 0, false, false, null);
    }

    public static Failure fatal(String reason, @Nullable Answer answer) {
        return new Failure(reason, false, 0, false, false, answer);
    }
}
