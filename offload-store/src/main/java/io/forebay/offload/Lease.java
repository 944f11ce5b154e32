package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// The right to run one attempt of one job until `untilMs` (wall clock, moved by heartbeats). `request` is set when
/// the whole request is small enough to come with the lease; otherwise read its parts with [JobReader#payload].
public record Lease(
        LeaseKey key,
        Job job,
        int attempt,
        long untilMs,
        @Nullable RequestBytes request) {
    /// The submitted bytes, not to be changed.
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record RequestBytes(byte[] head, byte[] body) {}
}
