package io.forebay.gateway.shard;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ExchangeObserver;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.UpstreamDirectory;
import io.forebay.gateway.takeover.HandedOn;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.TcpKeepalive;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.BreakerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The nodes that have the jobs of other shards. A call on such a job is handed to its node as it came, and streamed
/// both ways; it is judged there. What another node has handed on goes no further, so nothing goes in a circle. Shared
/// by all loops.
public final class ShardOwners {
    static final String NOT_ITS_OWNER = "not-its-owner";

    private static final String NAMESPACE = "forebay.io";
    private static final String NAME_PREFIX = "shard-";

    /// A peer that rests is found closed rarely: it lets connections rest for longer.
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(2);

    /// A machine that is gone is noticed within half a minute.
    private static final TcpKeepalive KEEPALIVE = new TcpKeepalive(3, 15, 5);

    /// A refusal of the owner's is an answer like any other.
    private static final BreakerSettings NEVER_OPEN = new BreakerSettings(1_000_000, 1, 0, TimeUnit.SECONDS.toNanos(1));

    private final PeerSettings settings;
    private final JobSettings jobs;
    private final JobPath paths;
    private final UpstreamDirectory directory = new UpstreamDirectory(NEVER_OPEN);
    private final List<LoopUpstreams> upstreamsOfLoop = new ArrayList<>();
    private final CallListener answers = ShardOwners::unanswered;
    private long generation;

    /// @param jobs whose `nodeId` is the shard of this node
    /// @param connectors connect on the loop given
    public ShardOwners(
            PeerSettings settings,
            JobSettings jobs,
            List<LoopContext> loops,
            Function<LoopContext, EndpointConnector> connectors) {
        this.settings = settings;
        this.jobs = jobs;
        this.paths = new JobPath(jobs.reservedPrefix());
        for (LoopContext loop : loops) {
            upstreamsOfLoop.add(new LoopUpstreams(loop, loops.size(), directory, connectors.apply(loop), null));
        }
    }

    /// Speaks to the peers with these certificates from now on; before the first, nobody can be asked. One thread at a
    /// time, and not a loop.
    public void follow(PeerTls tls) {
        BackendLimits limits = new BackendLimits(settings.connectionsMax(), settings.callsMax(), settings.callsMax());
        BackendTls named = new BackendTls(
                settings.name(),
                tls.authoritiesPem(),
                List.of(new BackendTls.SubjectAltName.Dns(settings.name())),
                new BackendTls.Identity(tls.chainPem(), tls.keyPem()));
        BackendTransport transport = new BackendTransport(BackendTransport.Http.VERSION_1, named);
        List<Backend> peers = new ArrayList<>();
        for (int shard = 0; shard < settings.shards(); shard++) {
            if (jobs.isElsewhere(shard)) {
                peers.add(new Backend(
                                new BackendId(NAMESPACE, NAME_PREFIX + shard),
                                List.of(settings.endpoint(shard)),
                                limits,
                                LoadBalancer.of(Balance.LEAST_REQUEST),
                                HealthCheck.NONE,
                                transport)
                        .withConnections(new ConnectionSettings(CONNECT_NS, REST_NS, 0, 0, 0, KEEPALIVE)));
            }
        }
        directory.publish(BackendSnapshot.of(++generation, peers), System.nanoTime());
    }

    /// Takes a call on a job of another node. On the exchange's loop.
    ///
    /// @param exchange matched; without a rule it is a request to the job endpoints
    /// @return false for one that is served here
    public boolean takes(Exchange exchange) {
        if (exchange.ruleOrNull() != null || exchange.isHandedOn()) {
            return false;
        }
        int shard = paths.shard(exchange.head());
        if (shard == JobPath.NO_SHARD || !jobs.isElsewhere(shard)) {
            return false;
        }
        upstreamsOfLoop
                .get(exchange.loop().index())
                .call(exchange, NAMESPACE + "/" + NAME_PREFIX + shard, HandedOn.kept(exchange), 0, 0, answers);
        return true;
    }

    /// Whether the call is on a job of this node.
    boolean isOwn(Exchange exchange) {
        return paths.shard(exchange.head()) == jobs.nodeId();
    }

    private static void unanswered(Exchange exchange, UpstreamFailure failure) {
        if (exchange.isAnswered()) {
            ProblemWriter.answer(exchange, ProblemCatalog.of(failure));
        } else {
            String reason = failure instanceof UpstreamFailure.LimitReached ? "shard-busy" : failure.reason();
            exchange.failsRather(reason, ResponseFlag.SHARD_UNAVAILABLE);
            ProblemWriter.answer(exchange, unavailable(reason));
        }
    }

    static Problem unavailable(String reason) {
        return Problem.of(ProblemType.SHARD_UNAVAILABLE, reason).with("retry-after", "1");
    }

    /// Counts what becomes of the calls that were handed on, and tells `other` of all calls as before.
    public ExchangeObserver counting(ShardCounts counts, ExchangeObserver other) {
        return new ExchangeObserver() {
            @Override
            public void began(Exchange exchange) {
                other.began(exchange);
            }

            @Override
            public void ended(Exchange exchange) {
                if (isHandedOver(exchange)) {
                    counts.ended(exchange);
                }
                other.ended(exchange);
            }
        };
    }

    private static boolean isHandedOver(Exchange exchange) {
        if (exchange.flag() == ResponseFlag.SHARD_UNAVAILABLE) {
            return !NOT_ITS_OWNER.equals(exchange.reason());
        }
        String backend = exchange.tries().backend();
        return backend != null && backend.startsWith(NAMESPACE + "/" + NAME_PREFIX);
    }

    /// Closes resting connections; busy ones end with their calls. Each loop's in its own turn.
    ///
    /// @param loops those of the constructor
    public void close(List<LoopContext> loops) {
        for (LoopContext loop : loops) {
            loop.eventLoop().execute(upstreamsOfLoop.get(loop.index())::close);
        }
    }
}
