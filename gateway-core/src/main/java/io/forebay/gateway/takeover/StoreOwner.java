package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.UnsentRequest;
import io.forebay.gateway.proxy.UpstreamDirectory;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.RouteRule;
import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where the job store is while this process takes over from another: first there, then for a moment nowhere, then
/// here. A request that needs it is handed to the other process as it came; once that has gone, it waits here until the
/// store is open, at most [#WAIT_NS]. Shared by all loops.
public final class StoreOwner {
    /// How long each request waits for the store before it is refused.
    static final long WAIT_NS = TimeUnit.SECONDS.toNanos(5);

    /// How many requests of one loop wait; one more is refused.
    static final int WAITING_MAX = 1_024;

    private static final BackendId ID = new BackendId("forebay.io", "store-owner");

    /// A refusal of the owner's is an answer like any other.
    private static final BreakerSettings NEVER_OPEN = new BreakerSettings(1_000_000, 1, 0, TimeUnit.SECONDS.toNanos(1));

    private final List<LoopContext> loops;
    private final List<LoopUpstreams> upstreamsOfLoop = new ArrayList<>();
    private final List<ArrayDeque<WaitingForStore>> waitingOfLoop = new ArrayList<>();
    private final CallListener ofJobEndpoints = new Handed(true);
    private final CallListener ofRules = new Handed(false);
    private volatile boolean isHere;

    /// @param socket of the process that has the store
    /// @param handedMax how many requests are handed on at a time, over all loops; one more is refused
    /// @param connectors connect on the loop given
    public StoreOwner(
            Path socket, int handedMax, List<LoopContext> loops, Function<LoopContext, EndpointConnector> connectors) {
        this.loops = List.copyOf(loops);
        UpstreamDirectory directory = new UpstreamDirectory(NEVER_OPEN);
        Endpoint owner = Endpoint.unix(socket.toAbsolutePath().toString());
        BackendLimits limits = new BackendLimits(handedMax, handedMax, handedMax);
        Backend backend = new Backend(ID, List.of(owner), limits, Balance.LEAST_REQUEST);
        directory.publish(BackendSnapshot.of(1, List.of(backend)), System.nanoTime());
        for (LoopContext loop : loops) {
            upstreamsOfLoop.add(new LoopUpstreams(loop, loops.size(), directory, connectors.apply(loop), null));
            waitingOfLoop.add(new ArrayDeque<>());
        }
    }

    /// Takes a request that needs the store while the store is not here. On the exchange's loop.
    ///
    /// @param exchange matched; without a rule it is a request to the job endpoints
    /// @return false for one that is served here
    public boolean takes(Exchange exchange) {
        RouteRule rule = exchange.ruleOrNull();
        if (isHere || !needsStore(rule)) {
            return false;
        }
        // The owner matches it anew, and what its rule does to the request and the answer is done there.
        exchange.matched(exchange.listener(), null);
        upstreamsOfLoop
                .get(exchange.loop().index())
                .call(exchange, ID.toString(), HandedOn.once(exchange), 0, 0, rule == null ? ofJobEndpoints : ofRules);
        return true;
    }

    private static boolean needsStore(@Nullable RouteRule rule) {
        return rule == null || (rule.offload() != null && rule.offload().mode() == PolicyMode.ENFORCE);
    }

    /// What becomes of a call to the owner that fails.
    private final class Handed implements CallListener {
        private final boolean isOfJobEndpoints;

        /// @param isOfJobEndpoints whether a request that only reads can do no harm twice; one that a rule offloads
        ///     makes a job, whatever its method
        Handed(boolean isOfJobEndpoints) {
            this.isOfJobEndpoints = isOfJobEndpoints;
        }

        /// Nobody was there to take the request: the owner has gone, and its store is about to be open here. One that
        /// is too many for the owner would wait for longer than that.
        @Override
        public boolean takesOver(Exchange exchange, UpstreamFailure failure, UnsentRequest unsent) {
            return !(failure instanceof UpstreamFailure.LimitReached) && await(exchange, unsent.body());
        }

        /// The owner has broken off. What only reads waits like a request that was never sent.
        @Override
        public void onFailure(Exchange exchange, UpstreamFailure failure) {
            boolean isRead = isOfJobEndpoints
                    && !(failure instanceof UpstreamFailure.LimitReached)
                    && exchange.head().isSafe()
                    && !exchange.head().hasBody();
            if (exchange.isAnswered() || !isRead || !await(exchange, new ArrayDeque<>())) {
                ProblemWriter.answer(exchange, ProblemCatalog.of(failure));
            }
        }
    }

    private boolean await(Exchange exchange, Queue<ByteBuf> unsent) {
        ArrayDeque<WaitingForStore> waiting = waitingOfLoop.get(exchange.loop().index());
        if (waiting.size() >= WAITING_MAX) {
            return false;
        }
        WaitingForStore held = new WaitingForStore(exchange, unsent, System.nanoTime(), waiting::remove);
        waiting.addLast(held);
        if (isHere) {
            // The loop may have been told before this one was there.
            exchange.loop().eventLoop().execute(held::resume);
        }
        return true;
    }

    /// Whether the store is open in this process.
    public boolean isHere() {
        return isHere;
    }

    /// The store is open here: whoever waits for it is served, and nothing is handed on any more. Once; any thread.
    public void arrived() {
        isHere = true;
        for (LoopContext loop : loops) {
            ArrayDeque<WaitingForStore> waiting = waitingOfLoop.get(loop.index());
            LoopUpstreams upstreams = upstreamsOfLoop.get(loop.index());
            loop.eventLoop().execute(() -> {
                List.copyOf(waiting).forEach(WaitingForStore::resume);
                upstreams.close();
            });
        }
    }
}
