package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// What is recorded of one exchange for whoever counts and logs it. Filled in by its [Exchange], with which it is
/// reused.
final class ExchangeRecord {
    long startedNs;
    long answeredNs;
    int status;
    long requestBytes;
    long answerBytes;

    /// Why the exchange ended as it did: a stable, machine-readable word.
    @Nullable
    String reason;

    /// What a policy in shadow mode would have refused.
    @Nullable
    String shadowReason;

    /// The endpoint that was called last.
    @Nullable
    String upstream;

    void begin(long nowNs) {
        startedNs = nowNs;
        answeredNs = 0;
        status = 0;
        requestBytes = 0;
        answerBytes = 0;
        reason = null;
        shadowReason = null;
        upstream = null;
    }

    /// Notes `why` unless there is a reason already.
    void becauseAtLeast(String why) {
        if (reason == null) {
            reason = why;
        }
    }
}
