package io.forebay.gateway.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tries of one exchange, for their spans; none unless it is traced. What is noted is noted of the current one,
/// beside which there may be a second. Reused with its exchange, on its loop.
public final class TracedTries {
    private final List<TracedTry> tries = new ArrayList<>(0);
    private @Nullable TracedTry current;
    private @Nullable TracedTry hedge;

    void clear() {
        tries.clear();
        current = null;
        hedge = null;
    }

    void begin(long spanId, String endpoint, long nowNs) {
        end(nowNs);
        TracedTry begun = new TracedTry(spanId, endpoint, nowNs);
        tries.add(begun);
        current = begun;
    }

    private void end(long nowNs) {
        if (current != null) {
            current.ended(nowNs);
        }
    }

    /// Notes what the try asks for.
    public void asks(String url) {
        if (current != null) {
            current.url(url);
        }
    }

    /// Notes that the try has an answer, whether it is given to the client or not.
    public void answered(int status) {
        if (current != null) {
            current.answered(status);
        }
    }

    /// Notes that the try has failed, whether another follows or not.
    public void failed(ResponseFlag how) {
        if (current != null) {
            current.failed(how);
            end(System.nanoTime());
        }
    }

    // ---- a second try beside the current one

    void beginHedge(long spanId, String endpoint, long nowNs) {
        TracedTry begun = new TracedTry(spanId, endpoint, nowNs);
        begun.hedge(TracedTry.Hedge.LOST);
        tries.add(begun);
        hedge = begun;
    }

    /// Notes what the second try asks for.
    public void hedgeAsks(String url) {
        if (hedge != null) {
            hedge.url(url);
        }
    }

    /// Notes that the second try has an answer.
    public void hedgeAnswered(int status) {
        if (hedge != null) {
            hedge.answered(status);
        }
    }

    void hedgeEnded(@Nullable ResponseFlag how) {
        TracedTry over = hedge;
        hedge = null;
        if (over != null) {
            if (how != null) {
                over.failed(how);
            }
            over.ended(System.nanoTime());
        }
    }

    void hedgeTakesOver() {
        TracedTry winner = hedge;
        TracedTry loser = current;
        hedge = null;
        if (winner != null && loser != null) {
            loser.hedge(TracedTry.Hedge.GAVE_WAY);
            end(System.nanoTime());
            winner.hedge(TracedTry.Hedge.WON);
            current = winner;
        }
    }

    /// The try that the exchange ended with, or null.
    public @Nullable TracedTry last() {
        return current;
    }

    /// The tries in their order; valid until the exchange is over.
    public List<TracedTry> all() {
        return Collections.unmodifiableList(tries);
    }
}
