package io.forebay.mesh.resilience;

import java.util.concurrent.atomic.LongAdder;

/// How many connections to one backend its calls have shared, over all loops, and what became of them. Connections that
/// are relayed and those of probes are none of these. Told on loops, as a connection begins, ends, and now and then
/// how many rest; read by anybody.
public final class ConnectionCounts {
    /// Why a connection was closed.
    public enum End {
        /// It rested for as long as the policy or its server lets it.
        IDLE("idle"),
        /// It had the age or the number of requests that the policy gives it.
        SPENT("spent"),
        /// Its server has ended it, or has said that it would.
        UPSTREAM("upstream"),
        /// Here: with a call that was given up, or since the policy or the backend's limits left no place for it.
        GATEWAY("gateway");

        private final String word;

        End(String word) {
            this.word = word;
        }

        /// As meters have it.
        public String word() {
            return word;
        }
    }

    private final LongAdder opened = new LongAdder();
    private final LongAdder idle = new LongAdder();
    private final LongAdder idleEnds = new LongAdder();
    private final LongAdder spentEnds = new LongAdder();
    private final LongAdder upstreamEnds = new LongAdder();
    private final LongAdder gatewayEnds = new LongAdder();

    ConnectionCounts() {}

    private LongAdder ends(End why) {
        return switch (why) {
            case IDLE -> idleEnds;
            case SPENT -> spentEnds;
            case UPSTREAM -> upstreamEnds;
            case GATEWAY -> gatewayEnds;
        };
    }

    /// A connection can carry calls.
    public void onOpened() {
        opened.increment();
    }

    /// It is closed; once for each that was opened.
    public void onClosed(End why) {
        ends(why).increment();
    }

    /// So many more carry nothing, or fewer.
    public void onIdle(int more) {
        idle.add(more);
    }

    /// Connections that were opened since the backend is known.
    public long opened() {
        return opened.sum();
    }

    /// Of them those that were closed for this.
    public long closed(End why) {
        return ends(why).sum();
    }

    /// Those that stand now.
    public long open() {
        long closed = idleEnds.sum() + spentEnds.sum() + upstreamEnds.sum() + gatewayEnds.sum();
        // Read last: none is closed that was not counted as opened before.
        return opened.sum() - closed;
    }

    /// Those that carry nothing; a moment old.
    public long idle() {
        return Math.max(0, idle.sum());
    }
}
