package io.forebay.perf.bench;

import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What finding the rule of a request costs, with few routes and with many: the figure must not grow with them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBench {
    @Param({"10", "5000"})
    public int routes;

    private RouteIndex index = RouteIndex.EMPTY;
    private final RequestHead head = new RequestHead();

    /// Half of the routes by exact path, half by prefix, over a hundred hosts.
    @Setup
    public void routes() {
        List<RouteCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            String path = "/api/v" + i % 7 + "/item" + i;
            RouteMatch.PathMatch match =
                    i % 2 == 0 ? RouteMatch.PathMatch.exact(path) : RouteMatch.PathMatch.prefix(path);
            candidates.add(new RouteCandidate(
                    "host" + i % 100 + ".example",
                    RouteMatch.of(match),
                    RouteRule.builder("default/route" + i + "/0").build(),
                    i,
                    "default/route" + i,
                    0,
                    0));
        }
        index = RouteIndex.of(candidates);
        int wanted = routes - 1;
        head.begin("GET", "/api/v" + wanted % 7 + "/item" + wanted + "/part", "host" + wanted % 100 + ".example");
        head.add("user-agent", "bench");
        if (head.complete() != null || match() == null) {
            throw new IllegalStateException("the request must find its rule");
        }
    }

    @Benchmark
    public @Nullable RouteRule match() {
        return index.match(head);
    }
}
