package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// Makes repeats of one submit the same job. `scope` says among whom the `key` is unique; `fingerprint` (32 bytes,
/// of the caller's making) says what a true repeat looks like; the binding lives until the later of submit +
/// `windowMs` and the end of the result's retention, and never ends before the job does. The array belongs to the
/// store once handed over.
// An array compares by identity in a record's equals; nobody compares these, and a copy per submit would buy nothing.
@SuppressWarnings("ArrayRecordComponent")
public record Idempotency(String scope, String key, byte[] fingerprint, long windowMs) {
    public static final int FINGERPRINT_BYTES = 32;

    public Idempotency {
        requireNonNull(scope, "scope");
        requireNonNull(key, "key");
        if (fingerprint.length != FINGERPRINT_BYTES) {
            throw new IllegalArgumentException("fingerprint must be 32 bytes: " + fingerprint.length);
        }
        if (windowMs < 0) {
            throw new IllegalArgumentException("windowMs must not be negative: " + windowMs);
        }
    }
}
