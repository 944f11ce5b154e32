package io.forebay.gateway;

import io.forebay.gateway.discovery.EndpointDiscovery;
import io.forebay.gateway.health.HealthProber;
import io.forebay.gateway.http.HeaviestStreams;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.JobParts;
import io.forebay.gateway.overload.MemoryPressure;
import io.forebay.gateway.overload.OverloadControl;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.MirrorCounts;
import io.forebay.gateway.proxy.ReplaySpool;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.gateway.proxy.UpstreamDirectory;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.relay.Relays;
import io.forebay.gateway.schedule.ScheduleStatus;
import io.forebay.gateway.shard.PeerPort;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.gateway.shard.PeerTls;
import io.forebay.gateway.shard.ShardCounts;
import io.forebay.gateway.shard.ShardOwners;
import io.forebay.gateway.stage.Pipeline;
import io.forebay.gateway.stage.StageParts;
import io.forebay.gateway.takeover.HandedRequests;
import io.forebay.gateway.takeover.StoreOwner;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.forebay.gateway.telemetry.LoopHealthMeters;
import io.forebay.gateway.telemetry.OverloadMeters;
import io.forebay.gateway.telemetry.RelayCounts;
import io.forebay.gateway.telemetry.Telemetry;
import io.forebay.gateway.telemetry.TlsCounts;
import io.forebay.gateway.trace.TraceSettings;
import io.forebay.gateway.trace.Tracing;
import io.forebay.gateway.transport.AcceptGate;
import io.forebay.gateway.transport.ConnectionRefusals;
import io.forebay.gateway.transport.Connections;
import io.forebay.gateway.transport.ListenerParts;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Loops;
import io.forebay.gateway.transport.OwnerSocket;
import io.forebay.gateway.transport.Transport;
import io.forebay.gateway.webhook.Webhooks;
import io.forebay.gateway.worker.AttemptEnds;
import io.forebay.gateway.worker.LateQueues;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.discovery.NameStatus;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Spool;
import io.forebay.offload.StoreListener;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.token.TokenCache;
import io.forebay.policy.token.TokenVerifier;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongToDoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The data plane: loops, pipeline, upstreams, job endpoints and dispatcher, put together in one readable place.
///
/// The caller publishes policy in two steps: [#backends] before the snapshot is visible, [#listen] after. All methods
/// may be called by any thread, one at a time.
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Gateway.class.getName());
    private static final int TOKENS_MAX = 100_000;
    /// What a verified token takes on the heap, its claims and the principals it led to included: a generous estimate.
    private static final int TOKEN_BYTES = 3 * 1024;
    /// Verified tokens take at most this share of the heap.
    private static final int TOKENS_HEAP_SHARE = 3;

    private final GatewaySettings settings;
    private final Supplier<PolicySnapshot> policy;
    private final Transport.Choice transport;
    private final Loops loops;
    private final Connections connections;
    private final OverloadControl overload;
    private final AcceptGate acceptGate;
    private final ConnectionRefusals limited = new ConnectionRefusals();
    private final UpstreamDirectory directory;
    private final EndpointDiscovery discovery;
    private final LoopUpstreams[] upstreamsOfLoop;
    private final HealthProber prober;
    private final AccessLog accessLog;
    private final @Nullable Tracing tracing;
    private final Telemetry telemetry;
    private final LoopHealthMeters loopHealth;
    private final RelayCounts relayCounts;
    private final Pipeline pipeline;
    private final Webhooks webhooks;
    private final JobRuntime jobs;
    private final TlsCounts tlsCounts = new TlsCounts();
    private final ProxyHeaderRefusals proxyHeaderRefusals = new ProxyHeaderRefusals();
    private final MirrorCounts mirrorCounts = new MirrorCounts();
    private final @Nullable ReplaySpool replays;
    private final Listeners listeners;
    private final @Nullable StoreOwner owner;
    private final ShardCounts shardCounts = new ShardCounts();
    private final @Nullable ShardOwners shards;
    private final @Nullable PeerPort peerPort;
    private final SecureRandom random = new SecureRandom();
    private final Drain drain;

    /// Puts the parts together; nothing listens yet.
    ///
    /// @param policy the current snapshot: one volatile read
    /// @param accessOut where access records go; written by one thread
    /// @param sessionKey what sessions are bound to endpoints with
    /// @param predecessor the Unix socket of the process that has the store and that this one takes over from; what
    ///     needs the store goes there until [#storeArrived], and its ports are shared; null if the store is here
    /// @param replays where long bodies of requests are kept for another try, null for nowhere; closed with the
    ///     gateway
    public Gateway(
            GatewaySettings settings,
            Supplier<PolicySnapshot> policy,
            JobStore store,
            JobReader reader,
            Spool spool,
            OutputStream accessOut,
            SessionKey sessionKey,
            @Nullable Path predecessor,
            @Nullable ReplaySpool replays) {
        this(settings, policy, store, reader, spool, accessOut, sessionKey, predecessor, replays, Tuning.DEFAULT);
    }

    /// What tests do otherwise than boot settings can.
    ///
    /// @param breakers of backends that no policy says anything of
    /// @param memory makes for each loop what tells the pressure of memory
    record Tuning(BreakerSettings breakers, Supplier<LongToDoubleFunction> memory) {
        static final Tuning DEFAULT = new Tuning(BreakerSettings.DEFAULT, () -> new MemoryPressure()::at);
    }

    Gateway(
            GatewaySettings settings,
            Supplier<PolicySnapshot> policy,
            JobStore store,
            JobReader reader,
            Spool spool,
            OutputStream accessOut,
            SessionKey sessionKey,
            @Nullable Path predecessor,
            @Nullable ReplaySpool replays,
            Tuning tuning) {
        this.replays = replays;
        this.settings = settings;
        this.policy = policy;
        this.directory = new UpstreamDirectory(tuning.breakers());
        this.transport = Transport.choose(settings.transport());
        this.loops = new Loops(
                transport.transport(), settings.loops(), settings.dns().provider(), random);
        this.connections = new Connections(settings.connectionsMax());
        this.overload =
                new OverloadControl(settings.overload(), tuning.memory(), connections::share, this::onAcceptChange);
        this.acceptGate = new AcceptGate(() -> overload.loopsOn(OverloadStage.STOP_ACCEPTING_CONNECTIONS) > 0);
        this.upstreamsOfLoop = loops.contexts().stream()
                .map(loop -> new LoopUpstreams(loop, settings.loops(), directory, endpoints(loop), replays))
                .toArray(LoopUpstreams[]::new);
        // Loop 0 accepts.
        LoopContext last = loops.contexts().getLast();
        this.discovery =
                EndpointDiscovery.on(last, () -> loops.nameQuestions(last), settings.dns(), directory::publish);
        this.accessLog = new AccessLog(
                settings.telemetry().accessLog(), settings.telemetry().accessFormat(), accessOut);
        TraceSettings traces = settings.telemetry().traces();
        this.tracing = traces == null ? null : new Tracing(traces);
        this.telemetry =
                new Telemetry(settings.loops(), accessLog, settings.telemetry().seriesMax(), tracing);
        this.prober = new HealthProber(
                last,
                endpoints(last),
                directory,
                (backend, isSuccess) -> telemetry.probed(last.index(), backend, isSuccess));
        this.loopHealth = new LoopHealthMeters(loops.contexts());
        this.relayCounts = new RelayCounts(accessLog);
        Forwarder forwarder = new Forwarder(upstreamsOfLoop, mirrorCounts, sessionKey);
        this.webhooks =
                new Webhooks(loops.contexts().stream().map(loops::connector).toList());
        this.jobs = new JobRuntime(
                JobParts.of(store, reader, spool, settings.jobs()),
                policy,
                loops.contexts(),
                upstreamsOfLoop,
                forwarder,
                webhooks,
                new AttemptEnds(telemetry));
        this.owner = predecessor == null
                ? null
                : new StoreOwner(predecessor, OwnerSocket.HANDED_MAX, loops.contexts(), this::endpoints);
        PeerSettings peers = settings.peers();
        this.shards = peers == null ? null : new ShardOwners(peers, settings.jobs(), loops.contexts(), this::endpoints);
        StageParts parts = new StageParts(
                settings.loops(),
                settings.jobs().reservedPrefix(),
                new TokenVerifier(new TokenCache(tokensMax(Runtime.getRuntime().maxMemory()))),
                new LimitTable(LimitTable.KEYS_MAX_DEFAULT, random.nextLong()),
                forwarder,
                jobs.offloading(),
                jobs.endpoints(),
                owner,
                shards);
        this.pipeline =
                new Pipeline(policy, parts, shards == null ? telemetry : shards.counting(shardCounts, telemetry));
        ListenerParts ofClients = new ListenerParts(
                loops,
                connections,
                acceptGate,
                limited,
                pipeline,
                new Relays(policy, upstreamsOfLoop, relayCounts),
                tlsCounts,
                proxyHeaderRefusals);
        this.listeners = new Listeners(ofClients);
        this.peerPort = peers == null || shards == null ? null : new PeerPort(peers, shards, ofClients, pipeline);
        this.drain = new Drain(settings.drain(), listeners, connections, peerPort, prober, jobs, random);
        prober.start();
        for (LoopUpstreams upstreams : upstreamsOfLoop) {
            upstreams.start();
        }
        for (LoopContext loop : loops.contexts()) {
            overload.watch(loop.eventLoop(), loop.overload(), new HeaviestStreams(loop)::reset);
        }
        LOG.log(Level.INFO, "transport {0}. {1}", transport.transport().text(), transport.reason());
    }

    private void onAcceptChange() {
        acceptGate.look();
    }

    private EndpointConnector endpoints(LoopContext loop) {
        return new EndpointConnector(
                loops.connector(loop),
                loops.unixConnector(loop),
                loops::unixAddress,
                loops.transport().keepaliveOptions());
    }

    /// As many verified tokens as the heap has room for, at most [#TOKENS_MAX].
    static int tokensMax(long heapBytes) {
        return Math.clamp(heapBytes / TOKENS_HEAP_SHARE / TOKEN_BYTES, 1, TOKENS_MAX);
    }

    /// Makes the backends of the next policy callable. Before that policy is visible. Waits a moment for the addresses
    /// of names that are new; see [EndpointDiscovery#follow].
    public void backends(BackendSnapshot backends) {
        discovery.follow(backends);
    }

    /// Opens and closes ports as the policy wants them.
    ///
    /// @return what went wrong, in one line each
    public List<String> listen(List<Listeners.Wanted> wanted) {
        return listeners.apply(wanted, owner != null && !owner.isHere());
    }

    /// Opens the port for the other nodes, and speaks to them; or has both done with other certificates from now on.
    /// Not called where there are none.
    ///
    /// @return what went wrong, in one line each; nothing has changed then
    public List<String> peers(PeerTls tls) {
        if (peerPort == null || shards == null) {
            throw new IllegalStateException("there are no peers");
        }
        List<String> faults = peerPort.listen(tls, owner != null && !owner.isHere());
        if (faults.isEmpty()) {
            shards.follow(tls);
        }
        return faults;
    }

    /// What keeps HTTP/3 from being spoken where the policy wants it, a line each. Any thread.
    public List<String> http3Faults() {
        return listeners.http3Faults();
    }

    /// The store is open in this process, which has taken over: it is asked here from now on. Once.
    public void storeArrived() {
        if (owner != null) {
            owner.arrived();
        }
    }

    /// Listens for a process that is to take over from this one.
    ///
    /// @param socket a Unix socket, for processes of the same user
    /// @param departure begins when one comes
    /// @throws IOException it cannot be listened there
    public void awaitSuccessor(Path socket, HandedRequests.Departure departure) throws IOException {
        drain.successors(OwnerSocket.bind(socket, loops, new HandedRequests(pipeline, departure)));
    }

    /// Which queues do not keep what they promise.
    public LateQueues lateQueues() {
        return jobs.lateQueues();
    }

    /// Begins to work off the queues, and to fill them by schedules.
    public void startWorkers() {
        jobs.start();
    }

    /// What has to hear of the store's changes.
    public StoreListener storeListener() {
        return jobs;
    }

    /// Binds the data plane's meters.
    public GatewayMeters meters(PrometheusMeterRegistry registry) {
        Gauge.builder("forebay.transport", () -> 1)
                .tag("transport", transport.transport().text())
                .description("1 for the transport in use")
                .register(registry);
        connections.bind(registry);
        webhooks.bind(registry);
        jobs.bind(registry);
        tlsCounts.bind(registry);
        proxyHeaderRefusals.bind(registry);
        loopHealth.bind(registry, loops::keptBufferBytes, loops::ownedBufferBytes);
        relayCounts.bind(registry);
        shardCounts.bind(registry);
        OverloadMeters.bind(registry, overload);
        limited.bind(registry);
        discovery.counts().bind(registry);
        mirrorCounts.bind(registry);
        if (replays != null) {
            replays.bind(registry);
        }
        return new GatewayMeters(registry, telemetry, route -> policy.get().rule(route) != null, this::guards);
    }

    /// The backends of the policy in force, with how their endpoints are.
    public Collection<BackendGuard> guards() {
        return directory.guards().guards();
    }

    /// What is shed at the moment, and why.
    public OverloadControl overload() {
        return overload;
    }

    /// The names of the policy in force under which endpoints are found, in any order; a moment old.
    public List<NameStatus> names() {
        return discovery.statuses();
    }

    /// The schedules in force; a moment old.
    public List<ScheduleStatus> schedules() {
        return jobs.schedules();
    }

    public GatewayStatus status() {
        return new GatewayStatus(
                transport.transport().text(),
                transport.reason(),
                settings.loops(),
                listeners.ports(),
                connections.count(),
                jobs.running());
    }

    /// Clients that wait for a change of their job, and workers that wait for one.
    public int longPolls() {
        return jobs.waiting();
    }

    /// The event loops and what belongs to each: a test waits for what they are doing.
    List<LoopContext> loops() {
        return loops.contexts();
    }

    /// The names of the stages in their order.
    public List<String> stageNames() {
        return pipeline.stageNames();
    }

    /// Whether each event loop comes to a task that it is given now; false once they have ended. Blocks for as long
    /// as one does not.
    public boolean isResponding() {
        try {
            for (LoopContext loop : loops.contexts()) {
                loop.eventLoop().submit(() -> {}).awaitUninterruptibly();
            }
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /// Whether this process is about to end.
    public boolean isLeaving() {
        return drain.hasBegun();
    }

    /// Says that it is not ready, accepts no more, and lets what is under way end, at most for the drain time of the
    /// settings. Blocks.
    ///
    /// @return whether everything ended in time
    public boolean drain() {
        return drain.run();
    }

    /// The same where a successor listens at the same ports. It hands on what needs the store, which is answered here
    /// to the end, within the same time; what comes last has four seconds at least. Blocks.
    public boolean drainForSuccessor() {
        return drain.runForSuccessor();
    }

    /// Stops at once; [#drain()] first for a graceful end.
    @Override
    public void close() {
        discovery.close();
        prober.close();
        listeners.close();
        drain.closeSuccessors();
        jobs.breakOff();
        connections.closeAll();
        if (peerPort != null) {
            peerPort.close();
        }
        if (shards != null) {
            shards.close(loops.contexts());
        }
        for (LoopContext loop : loops.contexts()) {
            loop.eventLoop().execute(upstreamsOfLoop[loop.index()]::close);
        }
        jobs.close();
        loops.close();
        if (replays != null) {
            replays.close();
        }
        webhooks.close();
        accessLog.close();
        if (tracing != null) {
            tracing.close();
        }
    }
}
