package io.forebay.perf.bench;

import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.limit.LimitDecision;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.limit.LimitTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// What counting a request against one limit costs, alone and with two threads on one key.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LimiterBench {
    private static final long UNIT_NS = TimeUnit.SECONDS.toNanos(1);

    private final LimitTable table = new LimitTable(LimitTable.KEYS_MAX_DEFAULT, 42);
    private final LimitRules rules = LimitRules.of(List.of(new LimitRule(
            "default/limits/per-address",
            "per-address",
            new LimitKey.ByAddress(),
            1_000_000_000,
            UNIT_NS,
            1_000_000_000,
            PolicyMode.ENFORCE)));

    /// What each loop has for itself.
    @State(Scope.Thread)
    public static class Loop {
        final RequestHead head = new RequestHead();
        final PeerIdentity peer = new PeerIdentity("192.0.2.1", null);
        final LimitDecision decision = new LimitDecision();

        @Setup
        public void request() {
            head.begin("GET", "/", "a.example");
            head.complete();
        }
    }

    @Benchmark
    public boolean oneLoop(Loop loop) {
        return rules.take(table, loop.head, Principal.ANONYMOUS, loop.peer, System.nanoTime(), loop.decision);
    }

    @Benchmark
    @Threads(2)
    public boolean twoLoopsOneKey(Loop loop) {
        return rules.take(table, loop.head, Principal.ANONYMOUS, loop.peer, System.nanoTime(), loop.decision);
    }
}
