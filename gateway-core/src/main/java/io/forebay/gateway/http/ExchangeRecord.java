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

    /// Why the call was refused or has failed.
    @Nullable
    ResponseFlag flag;

    /// What a policy in shadow mode would have refused.
    @Nullable
    String shadowReason;

    void begin(long nowNs) {
        startedNs = nowNs;
        answeredNs = 0;
        status = 0;
        requestBytes = 0;
        answerBytes = 0;
        reason = null;
        flag = null;
        shadowReason = null;
    }

    /// What was noted so far is not told: the request is served as if it came now.
    void servedAgain() {
        reason = null;
        flag = null;
    }

    /// Notes a failure. Who notices it first knows most; what comes after is its consequence.
    void failed(String why, ResponseFlag how) {
        if (reason == null) {
            reason = why;
        }
        if (flag == null) {
            flag = how;
        }
    }

    /// The same in the place of what was noted before.
    void failedRather(String why, ResponseFlag how) {
        reason = why;
        flag = how;
    }
}
