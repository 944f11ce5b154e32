package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// What is kept of one try of a sampled exchange, for its span. Made and filled in on the exchange's loop.
public final class TracedTry {
    private final long spanId;
    private final String endpoint;
    private final long startedNs;
    private String url = "";
    private long endedNs;
    private int status;
    private @Nullable ResponseFlag flag;
    private @Nullable Hedge hedge;

    /// What a try is in a call of which two were made at the same time.
    public enum Hedge {
        /// The second, which took the first's place.
        WON,
        /// The second, which came to nothing.
        LOST,
        /// The first, whose place was taken.
        GAVE_WAY
    }

    TracedTry(long spanId, String endpoint, long startedNs) {
        this.spanId = spanId;
        this.endpoint = endpoint;
        this.startedNs = startedNs;
    }

    void url(String asked) {
        url = asked;
    }

    void hedge(Hedge part) {
        hedge = part;
    }

    void answered(int answer) {
        status = answer;
    }

    /// The first failure counts: what comes after is its consequence.
    void failed(ResponseFlag how) {
        if (flag == null && endedNs == 0) {
            flag = how;
        }
    }

    void ended(long nowNs) {
        if (endedNs == 0) {
            endedNs = nowNs;
        }
    }

    /// What the upstream was told as its parent.
    public long spanId() {
        return spanId;
    }

    /// Host and port.
    public String endpoint() {
        return endpoint;
    }

    /// What was asked for, without the query.
    public String url() {
        return url;
    }

    public long startedNs() {
        return startedNs;
    }

    /// When the next try began or this one failed; 0 where it lasted as long as its exchange.
    public long endedNs() {
        return endedNs;
    }

    /// Its part in a call of which two tries were made at the same time, or null.
    public @Nullable Hedge hedge() {
        return hedge;
    }

    /// The status of the answer, or 0.
    public int status() {
        return status;
    }

    /// Why there was no usable answer, or null.
    public @Nullable ResponseFlag flag() {
        return flag;
    }
}
