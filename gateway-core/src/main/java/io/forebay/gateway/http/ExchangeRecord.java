package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// What is recorded of one exchange for whoever counts and logs it. Filled in by its [Exchange], with which it is
/// reused.
final class ExchangeRecord {
    long startedNs;
    /// When the first try began, or 0.
    long calledNs;
    /// When the last try began, or 0.
    long triedNs;
    /// When the last try had a connection, or 0.
    long connectedNs;
    long answeredNs;
    int tries;
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

    /// The backend that was called last, as namespace/name.
    @Nullable
    String backend;

    /// The endpoint that was called last.
    @Nullable
    String upstream;

    /// What became of the second try beside the first.
    @Nullable
    HedgeOutcome hedge;

    void begin(long nowNs) {
        startedNs = nowNs;
        calledNs = 0;
        triedNs = 0;
        connectedNs = 0;
        answeredNs = 0;
        tries = 0;
        status = 0;
        requestBytes = 0;
        answerBytes = 0;
        reason = null;
        flag = null;
        shadowReason = null;
        backend = null;
        upstream = null;
        hedge = null;
    }

    /// What was noted of calls so far is not told: the request is served as if it came now.
    void servedAgain() {
        calledNs = 0;
        triedNs = 0;
        connectedNs = 0;
        tries = 0;
        reason = null;
        flag = null;
        backend = null;
        upstream = null;
        hedge = null;
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

    /// A second try begins beside the last.
    void hedged() {
        tries++;
        hedge = HedgeOutcome.LOST;
    }

    /// It takes the place of the last.
    void hedgeTakesOver(String endpoint, long beganNs, long nowConnectedNs) {
        hedge = HedgeOutcome.WON;
        upstream = endpoint;
        triedNs = beganNs;
        connectedNs = nowConnectedNs;
    }

    /// A try begins.
    void tried(String which, String endpoint, long nowNs) {
        if (tries == 0) {
            calledNs = nowNs;
        }
        tries++;
        triedNs = nowNs;
        connectedNs = 0;
        backend = which;
        upstream = endpoint;
    }
}
