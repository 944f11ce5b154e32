package io.forebay.gateway.proxy;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/// Looks at calls at the moment from which on they count as slow. The sweep over all that has a time limit comes every
/// tenth of a second, for which a client whose call becomes a job would have to wait.
///
/// Nearly all calls are answered before: one costs two stores into an array, and no task. For each term there is one
/// task at most, set for the oldest call. Owned by one loop.
final class SlowCalls {
    /// Calls of further terms at the same time are left to the sweep.
    private static final int TERMS_MAX = 16;

    private final EventLoop eventLoop;
    private final List<SentCalls> terms = new ArrayList<>();

    SlowCalls(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /// The whole request has been sent.
    ///
    /// @param afterNs when an answer should have begun, from then on
    void sent(SentCalls.Timed call, long sentNs, long afterNs) {
        for (SentCalls term : terms) {
            if (term.afterNs() == afterNs) {
                term.sent(call, sentNs, afterNs);
                return;
            }
        }
        if (terms.size() == TERMS_MAX) {
            // Policies change, and waits that clients prefer.
            terms.removeIf(SentCalls::isIdle);
        }
        if (terms.size() < TERMS_MAX) {
            SentCalls term = new SentCalls(eventLoop);
            terms.add(term);
            term.sent(call, sentNs, afterNs);
        }
    }

    /// How many are kept in mind.
    int size() {
        return terms.stream().mapToInt(SentCalls::size).sum();
    }
}
