package io.forebay.gateway;

import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.proxy.ReplaySpool;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real gateway over a real store, with a policy made by hand: one listener, rules by path prefix, backends by name.
/// One loop unless said otherwise, so that a test knows which pool its calls use.
final class TestGateway implements AutoCloseable {
    static final String BACKEND = "default/up";
    private static final long MIB = 1L << 20;

    final int port = TestUpstream.freePort();
    final AccessLines access = new AccessLines();
    final Gateway gateway;
    private final Path folder;
    private final OffloadStore store;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMeters meters;
    private final List<Backend> backends = new ArrayList<>();
    private final List<RouteCandidate> routes = new ArrayList<>();
    private volatile PolicySnapshot policy = PolicySnapshot.empty();

    /// What the tests vary of the boot settings.
    record Boot(
            int loops,
            @Nullable Transport transport,
            int connectionsMax,
            TelemetrySettings telemetry,
            BreakerSettings breakers,
            SessionKey sessionKey,
            OverloadSettings overload,
            Supplier<LongToDoubleFunction> memory,
            DnsSettings dns) {
        static final Boot DEFAULT = new Boot(
                1,
                null,
                100,
                TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.ALL),
                BreakerSettings.DEFAULT,
                SessionKey.random(new SecureRandom()),
                OverloadSettings.DEFAULT,
                Gateway.Tuning.DEFAULT.memory(),
                DnsSettings.SYSTEM);

        Boot loops(int count) {
            return new Boot(count, transport, connectionsMax, telemetry, breakers, sessionKey, overload, memory, dns);
        }

        Boot transport(Transport chosen) {
            return new Boot(loops, chosen, connectionsMax, telemetry, breakers, sessionKey, overload, memory, dns);
        }

        Boot connectionsMax(int max) {
            return new Boot(loops, transport, max, telemetry, breakers, sessionKey, overload, memory, dns);
        }

        Boot accessLog(AccessLog.Level level) {
            return new Boot(
                    loops,
                    transport,
                    connectionsMax,
                    telemetry.accessLog(level),
                    breakers,
                    sessionKey,
                    overload,
                    memory,
                    dns);
        }

        Boot telemetry(TelemetrySettings settings) {
            return new Boot(loops, transport, connectionsMax, settings, breakers, sessionKey, overload, memory, dns);
        }

        Boot overload(OverloadSettings settings) {
            return new Boot(loops, transport, connectionsMax, telemetry, breakers, sessionKey, settings, memory, dns);
        }

        /// @param pressure of memory
        Boot memory(DoubleSupplier pressure) {
            return new Boot(
                    loops,
                    transport,
                    connectionsMax,
                    telemetry,
                    breakers,
                    sessionKey,
                    overload,
                    () -> nowNs -> pressure.getAsDouble(),
                    dns);
        }

        Boot dns(DnsSettings settings) {
            return new Boot(
                    loops, transport, connectionsMax, telemetry, breakers, sessionKey, overload, memory, settings);
        }

        Boot breakers(BreakerSettings settings) {
            return new Boot(loops, transport, connectionsMax, telemetry, settings, sessionKey, overload, memory, dns);
        }
    }

    TestGateway(Boot boot) throws IOException {
        this(boot, ReplaySpool::in);
    }

    /// @param replays makes what keeps long bodies, in the folder given
    TestGateway(Boot boot, Function<Path, ReplaySpool> replays) throws IOException {
        folder = Files.createTempDirectory("forebay-gateway");
        Relay relay = new Relay();
        store = OffloadStore.open(
                new RocksFolder(folder.resolve("store"), new RocksSettings(8 * MIB, 8 * MIB, 8 * MIB, 0, MIB)),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                relay,
                StoreObserver.NONE);
        GatewaySettings settings = new GatewaySettings(
                boot.loops(),
                boot.transport(),
                "127.0.0.1",
                boot.connectionsMax(),
                new DrainSettings(0, TimeUnit.SECONDS.toNanos(5)),
                boot.telemetry(),
                JobSettings.DEFAULT,
                boot.dns(),
                boot.overload());
        gateway = new Gateway(
                settings,
                () -> policy,
                store.jobs(),
                store.reader(),
                store.spool(),
                access,
                boot.sessionKey(),
                null,
                replays.apply(folder.resolve("replay")),
                new Gateway.Tuning(boot.breakers(), boot.memory()));
        relay.gateway = gateway;
        meters = gateway.meters(registry);
    }

    /// A gateway that forwards everything to one backend with these endpoints.
    static TestGateway to(Endpoint... endpoints) throws IOException {
        return new TestGateway(Boot.DEFAULT)
                .backend(BACKEND, BackendLimits.DEFAULT, endpoints)
                .rule("/", rule("all").build())
                .listen();
    }

    /// The same, speaking to the endpoints as `transport` says.
    static TestGateway to(BackendTransport transport, Endpoint... endpoints) throws IOException {
        return new TestGateway(Boot.DEFAULT)
                .backend(BACKEND, BackendLimits.DEFAULT, transport, endpoints)
                .rule("/", rule("all").build())
                .listen();
    }

    /// A gateway whose only rule is this one.
    static TestGateway of(RouteRule.Builder rule, Endpoint... endpoints) throws IOException {
        return new TestGateway(Boot.DEFAULT)
                .backend(BACKEND, BackendLimits.DEFAULT, endpoints)
                .rule("/", rule.build())
                .listen();
    }

    /// A rule that forwards to [#BACKEND].
    static RouteRule.Builder rule(String name) {
        return RouteRule.builder("default/shop/" + name)
                .backends(BackendSplit.of(List.of(BackendSplit.Share.of(BACKEND, 1))));
    }

    TestGateway backend(String id, BackendLimits limits, Endpoint... endpoints) {
        return backend(id, limits, BackendTransport.DEFAULT, endpoints);
    }

    TestGateway backend(String id, BackendLimits limits, BackendTransport transport, Endpoint... endpoints) {
        String[] parts = id.split("/", 2);
        return backend(new Backend(
                new BackendId(parts[0], parts[1]),
                Arrays.asList(endpoints),
                limits,
                LoadBalancer.of(Balance.ROUND_ROBIN),
                HealthCheck.NONE,
                transport));
    }

    TestGateway backend(Backend added) {
        backends.removeIf(backend -> backend.id().equals(added.id()));
        backends.add(added);
        return this;
    }

    TestGateway rule(String prefix, RouteRule rule) {
        RouteMatch match = RouteMatch.of(RouteMatch.PathMatch.prefix(prefix));
        routes.removeIf(route -> route.match().equals(match));
        routes.add(new RouteCandidate(null, match, rule, 0, "default/shop", 0, 0));
        return this;
    }

    /// The same for a prefix that has no rule yet.
    TestGateway added(String prefix, RouteRule rule) {
        routes.add(new RouteCandidate(
                null, RouteMatch.of(RouteMatch.PathMatch.prefix(prefix)), rule, 0, "default/shop", 0, 0));
        return this;
    }

    TestGateway without(String prefix) {
        RouteMatch match = RouteMatch.of(RouteMatch.PathMatch.prefix(prefix));
        routes.removeIf(route -> route.match().equals(match));
        return this;
    }

    /// Publishes the policy as it now is, on the one cleartext port.
    TestGateway listen() {
        return listen(List.of(listener("http", port, List.of())), new Listeners.Wanted("127.0.0.1", port, null));
    }

    /// Publishes the policy as it now is, on one TLS port.
    TestGateway listenTls(TlsListenerSettings tls) {
        ServerCertificate certificate = new ServerCertificate("test", "", "");
        return listen(
                List.of(listener("https", port, List.of(certificate))), new Listeners.Wanted("127.0.0.1", port, tls));
    }

    ListenerPolicy listener(String name, int listenPort, List<ServerCertificate> certificates) {
        return new ListenerPolicy(
                "default/edge/" + name,
                "default/edge",
                name,
                listenPort,
                certificates.isEmpty() ? ListenerPolicy.Protocol.HTTP : ListenerPolicy.Protocol.HTTPS,
                null,
                certificates,
                null,
                RouteIndex.of(routes),
                null,
                LimitRules.NONE);
    }

    TestGateway listen(List<ListenerPolicy> listeners, Listeners.Wanted... wanted) {
        long generation = policy.generation() + 1;
        gateway.backends(BackendSnapshot.of(generation, backends));
        policy = new PolicySnapshot(
                generation,
                "test-" + generation,
                listeners,
                routes.stream().map(RouteCandidate::rule).toList(),
                List.of(),
                List.of(),
                List.of());
        List<String> faults = gateway.listen(List.of(wanted));
        if (!faults.isEmpty()) {
            throw new AssertionError(faults);
        }
        return this;
    }

    /// Bodies of requests that have a name in the file system.
    List<Path> namedBodies() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("replay"))) {
            return files.toList();
        }
    }

    /// A new connection of a client.
    Wire client() throws IOException {
        return Wire.to(port);
    }

    /// One request on a connection of its own.
    Wire.Message get(String path) throws IOException {
        try (Wire wire = client()) {
            return wire.get(path);
        }
    }

    /// The meters as a scrape shows them, with all that was counted in the turn of a loop whose answer has been read:
    /// a client may have the answer before the loop has counted it.
    String scrape() {
        for (LoopContext loop : gateway.loops()) {
            if (!loop.eventLoop().isShuttingDown()) {
                loop.eventLoop().submit(() -> {}).awaitUninterruptibly();
            }
        }
        meters.refresh();
        return registry.scrape();
    }

    /// What a meter shows, or 0 where it has no such series.
    ///
    /// @param series name and tags as the scrape writes them
    double meter(String series) {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Passes the store's news on to the gateway that was made after it.
    private static final class Relay implements StoreListener {
        volatile @Nullable Gateway gateway;

        @Override
        public void changed(JobId id, long version, JobState state) {
            Gateway told = gateway;
            if (told != null) {
                told.storeListener().changed(id, version, state);
            }
        }

        @Override
        public void emitted(JobId id) {
            Gateway told = gateway;
            if (told != null) {
                told.storeListener().emitted(id);
            }
        }

        @Override
        public void ready(String queue) {
            Gateway told = gateway;
            if (told != null) {
                told.storeListener().ready(queue);
            }
        }
    }

    /// The access log as text.
    static final class AccessLines extends OutputStream {
        private final StringBuilder text = new StringBuilder();

        @Override
        public synchronized void write(int b) {
            text.append((char) (b & 0xff));
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            text.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }

        /// Complete lines.
        synchronized List<String> lines() {
            String seen = text.toString();
            return seen.substring(0, seen.lastIndexOf('\n') + 1).lines().toList();
        }
    }
}
