package io.forebay.offload;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// One job to accept. The id is the caller's, so that the same submission offered again after an uncertain failure
/// is the same job. `requestHead` and `requestBody` are opaque; both belong to the store from the moment of the
/// call. With more than `aheadMax` jobs that might run before it, it is refused ([StoreRefusal.TooManyAhead]).
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Submission(
        JobId id,
        String queue,
        Caller caller,
        RouteIdentity route,
        byte[] requestHead,
        Content requestBody,
        Timing timing,
        @Nullable Idempotency idempotency,
        String traceId,
        @Nullable Callback callback,
        @Nullable Dedup dedup,
        long aheadMax) {
    public static final int HEAD_BYTES_MAX = 64 << 10;

    public Submission {
        requireNonNull(id, "id");
        requireNonNull(queue, "queue");
        requireNonNull(caller, "caller");
        requireNonNull(route, "route");
        requireNonNull(timing, "timing");
        requireNonNull(traceId, "traceId");
        if (idempotency != null && dedup != null) {
            throw new IllegalArgumentException("a repeat must find its own job, not another's: idempotency or dedup");
        }
    }

    /// However many jobs wait.
    public static final long AHEAD_ANY = Long.MAX_VALUE;

    /// Nobody is to be told of its end, and it may wait as long as it takes.
    public Submission(
            JobId id,
            String queue,
            Caller caller,
            RouteIdentity route,
            byte[] requestHead,
            byte[] requestBody,
            Timing timing,
            @Nullable Idempotency idempotency,
            String traceId) {
        this(
                id,
                queue,
                caller,
                route,
                requestHead,
                Content.of(requestBody),
                timing,
                idempotency,
                traceId,
                null,
                null,
                AHEAD_ANY);
    }

    public long payloadBytes() {
        return requestHead.length + requestBody.bytes();
    }

    /// What it takes of memory while it is under way.
    public int memoryBytes() {
        return requestHead.length + requestBody.memoryBytes();
    }
}
