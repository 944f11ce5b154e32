package io.forebay.gateway.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The tries of one exchange, for their spans; none unless it is traced. What is noted is noted of the last.
/// Reused with its exchange, on its loop.
public final class TracedTries {
    private final List<TracedTry> tries = new ArrayList<>(0);

    void clear() {
        tries.clear();
    }

    void begin(long spanId, String endpoint, long nowNs) {
        end(nowNs);
        tries.add(new TracedTry(spanId, endpoint, nowNs));
    }

    private void end(long nowNs) {
        if (!tries.isEmpty()) {
            tries.getLast().ended(nowNs);
        }
    }

    /// Notes what the try asks for.
    public void asks(String url) {
        if (!tries.isEmpty()) {
            tries.getLast().url(url);
        }
    }

    /// Notes that the try has an answer, whether it is given to the client or not.
    public void answered(int status) {
        if (!tries.isEmpty()) {
            tries.getLast().answered(status);
        }
    }

    /// Notes that the try has failed, whether another follows or not.
    public void failed(ResponseFlag how) {
        if (!tries.isEmpty()) {
            tries.getLast().failed(how);
            end(System.nanoTime());
        }
    }

    /// The tries in their order; valid until the exchange is over.
    public List<TracedTry> all() {
        return Collections.unmodifiableList(tries);
    }
}
