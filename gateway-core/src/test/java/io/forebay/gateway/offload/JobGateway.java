package io.forebay.gateway.offload;

import io.forebay.gateway.DrainSettings;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.GatewaySettings;
import io.forebay.gateway.TestPorts;
import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.AdaptiveConcurrency;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointName;
import io.forebay.mesh.NameLookup;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.AwaitedStore;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.PortListeners;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.reload.BootResult;
import io.forebay.policy.reload.PolicyReloader;
import io.forebay.policy.reload.ReloadSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A whole gateway on a folder: policy from YAML, store on disk, one listener on loopback.
public final class JobGateway implements AutoCloseable, StoreListener {
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 8 << 20, 16 << 20, 0, 0);

    private final ByteArrayOutputStream access = new ByteArrayOutputStream();
    private final Path folder;
    private final OffloadStore store;
    private final Gateway gateway;
    private final String host;
    private final int port;
    private final long storeGeneration;
    private volatile PolicySnapshot policy = PolicySnapshot.empty();
    private int generation;
    private boolean isClosed;

    /// One of several gateways.
    ///
    /// @param host where it listens for clients
    /// @param jobs with the number of the node
    public record Node(
            String host,
            JobSettings jobs,
            DnsSettings dns,
            @Nullable PeerSettings peers) {
        static final Node ALONE = new Node("127.0.0.1", JobSettings.DEFAULT, DnsSettings.SYSTEM, null);
    }

    private JobGateway(Path folder, int port, TelemetrySettings telemetry, Node node) throws IOException {
        this.folder = folder;
        this.host = node.host();
        this.port = port;
        Files.createDirectories(folder.resolve("store"));
        this.store = OffloadStore.open(
                new RocksFolder(folder.resolve("store"), SMALL),
                new StoreSettings(256, 8 << 20, 4_096, 0),
                TimeSource.system(),
                this,
                StoreObserver.NONE);
        this.storeGeneration = store.reader().health().generation();
        // The resolver's datagram channel on io_uring keeps a read buffer when its loop ends: the leak detector would
        // tell of it.
        GatewaySettings settings = new GatewaySettings(
                2,
                Transport.EPOLL,
                host,
                1_000,
                new DrainSettings(0, TimeUnit.SECONDS.toNanos(5)),
                telemetry,
                node.jobs(),
                node.dns(),
                OverloadSettings.DEFAULT,
                node.peers());
        this.gateway = new Gateway(
                settings,
                () -> policy,
                store.jobs(),
                store.reader(),
                store.spool(),
                access,
                SessionKey.random(new SecureRandom()),
                null,
                null);
    }

    /// Starts with a policy in which `@PORT@` stands for the listener's port.
    public static JobGateway start(Path folder, String yaml) throws Exception {
        return start(folder, freePort(), yaml);
    }

    public static JobGateway start(Path folder, int port, String yaml) throws Exception {
        return start(folder, port, yaml, TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.OFF));
    }

    public static JobGateway start(Path folder, int port, String yaml, TelemetrySettings telemetry) throws Exception {
        return start(folder, port, yaml, telemetry, Node.ALONE);
    }

    public static JobGateway start(Path folder, int port, String yaml, TelemetrySettings telemetry, Node node)
            throws Exception {
        JobGateway started = new JobGateway(folder, port, telemetry, node);
        started.apply(yaml);
        started.gateway.startWorkers();
        return started;
    }

    public static int freePort() throws IOException {
        return TestPorts.next();
    }

    /// What is in the access log so far.
    public String accessLog() {
        return access.toString(StandardCharsets.UTF_8);
    }

    /// Makes this the policy in force, in the order the process does it: queues, backends, snapshot, ports.
    public void apply(String yaml) throws Exception {
        Path documents = folder.resolve("policy-" + ++generation);
        Files.createDirectories(documents);
        Files.writeString(documents.resolve("policy.yaml"), yaml.replace("@PORT@", Integer.toString(port)));
        PolicyReloader reloader =
                new PolicyReloader(ReloadSettings.of(documents), _ -> {}, List.of(), System::currentTimeMillis);
        BootResult loaded = reloader.boot();
        if (!reloader.report().diagnostics().isEmpty()) {
            throw new AssertionError(loaded.toString() + reloader.report().diagnostics());
        }
        PolicySnapshot next = reloader.holder().current();
        CountDownLatch configured = new CountDownLatch(1);
        store.jobs().configure(queues(next), storeGeneration + generation, _ -> configured.countDown());
        if (!configured.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the store was not configured");
        }
        gateway.backends(backends(next, generation));
        policy = next;
        List<Listeners.Wanted> wanted = new ArrayList<>();
        for (PortListeners listener : next.ports()) {
            wanted.add(new Listeners.Wanted(host, listener.port(), null));
        }
        List<String> faults = gateway.listen(wanted);
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.toString());
        }
    }

    /// Another gateway on the same policy and port, as a process that takes over has it: its store has not come yet. It
    /// gets the connections that are made from now on.
    public Gateway successor(AwaitedStore awaited, Path socket) {
        GatewaySettings settings = new GatewaySettings(
                1,
                Transport.EPOLL,
                "127.0.0.1",
                1_000,
                new DrainSettings(0, TimeUnit.SECONDS.toNanos(5)),
                TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.ALL),
                JobSettings.DEFAULT);
        Gateway next = new Gateway(
                settings,
                () -> policy,
                awaited.jobs(),
                awaited.reader(),
                awaited.spool(),
                access,
                SessionKey.random(new SecureRandom()),
                socket,
                null);
        next.backends(backends(policy, generation));
        List<String> faults = next.listen(List.of(new Listeners.Wanted("127.0.0.1", port, null)));
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.toString());
        }
        return next;
    }

    /// Takes all queues out of the policy in force, and leaves the store as it is.
    public void forgetQueues() {
        PolicySnapshot before = policy;
        policy = new PolicySnapshot(
                before.generation() + 1,
                before.revision(),
                before.listeners(),
                before.rules(),
                before.backends(),
                List.of(),
                List.of());
    }

    private static BackendSnapshot backends(PolicySnapshot policy, long generation) {
        List<Backend> backends = new ArrayList<>();
        for (BackendPolicy backend : policy.backends()) {
            String[] id = backend.id().split("/", 2);
            backends.add(new Backend(
                            new BackendId(id[0], id[1]),
                            backend.endpoints().stream()
                                    .map(endpoint -> new Endpoint(endpoint.host(), endpoint.port(), 1))
                                    .toList(),
                            limits(backend.limits()),
                            Balance.LEAST_REQUEST)
                    .withDiscovery(new Discovery(
                            backend.discovery().names().stream()
                                    .map(name -> new EndpointName(name.hostname(), name.port()))
                                    .toList(),
                            NameLookup.DEFAULT)));
        }
        return BackendSnapshot.of(generation, backends);
    }

    private static BackendLimits limits(BackendPolicy.Limits limits) {
        BackendPolicy.AdaptiveConcurrency adaptive = limits.adaptive();
        return new BackendLimits(
                limits.connectionsMax(),
                limits.pendingMax(),
                limits.activeRequestsMax(),
                adaptive == null
                        ? null
                        : new AdaptiveConcurrency(
                                adaptive.limitMin(),
                                adaptive.limitMax(),
                                adaptive.windowNs(),
                                adaptive.slackPercent() / 100.0,
                                adaptive.probeNs()),
                null);
    }

    private static Map<String, QueueSettings> queues(PolicySnapshot policy) {
        Map<String, QueueSettings> queues = new HashMap<>();
        for (QueuePolicy queue : policy.queues()) {
            QueuePolicy.Limits limits = queue.limits();
            QueuePolicy.Tenants tenants = queue.tenants();
            QueuePolicy.PerKey perKey = queue.perKey();
            queues.put(
                    queue.id(),
                    new QueueSettings(
                            queue.concurrency(),
                            rate(queue.dispatchRate()),
                            queue.attemptTimeoutMs(),
                            new QueueSettings.Retry(
                                    queue.retry().attempts(),
                                    queue.retry().backoffBaseMs(),
                                    queue.retry().backoffMaxMs()),
                            new QueueSettings.Tenants(tenants.weights(), tenants.depth(), tenants.bytes()),
                            new QueueSettings.Limits(
                                    limits.depth(), limits.bytes(), limits.maxBodyBytes(), limits.maxResultBytes()),
                            new QueueSettings.Retention(
                                    queue.retention().resultMs(),
                                    queue.retention().deadLetterMs()),
                            perKey == null
                                    ? null
                                    : new QueueSettings.PerKey(perKey.concurrency(), rate(perKey.dispatchRate()))));
        }
        return queues;
    }

    private static QueueSettings.@Nullable DispatchRate rate(QueuePolicy.@Nullable DispatchRate rate) {
        return rate == null ? null : new QueueSettings.DispatchRate(rate.jobs(), rate.periodMs(), rate.burst());
    }

    @Override
    public void changed(JobId id, long version, JobState state) {
        if (gateway != null) {
            gateway.storeListener().changed(id, version, state);
        }
    }

    @Override
    public void emitted(JobId id) {
        gateway.storeListener().emitted(id);
    }

    @Override
    public void ready(String queue) {
        if (gateway != null) {
            gateway.storeListener().ready(queue);
        }
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    public OffloadStore store() {
        return store;
    }

    public Gateway gateway() {
        return gateway;
    }

    /// Ends without a drain: attempts under way are cut off.
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            gateway.close();
            store.close();
        }
    }
}
