package io.forebay.main;

import io.forebay.admin.resource.AdminApi;
import io.forebay.admin.server.AdminServer;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.forebay.main.operator.AuditPort;
import io.forebay.main.operator.GatewayPort;
import io.forebay.main.operator.JobPort;
import io.forebay.main.operator.PolicyPort;
import io.forebay.main.operator.QueuePort;
import io.forebay.main.operator.Scrape;
import io.forebay.main.operator.StoreMeters;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.StorageException;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.BootResult;
import io.forebay.policy.reload.PolicyReloader;
import io.forebay.policy.reload.PolicyWatcher;
import io.forebay.policy.reload.PublishGate.PublishRefusedException;
import io.forebay.policy.reload.ReloadObserver;
import io.forebay.policy.reload.ReloadSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The whole process, put together by hand from the top to the bottom of one method, and taken apart in reverse.
public final class Wiring {
    private static final Logger LOG = System.getLogger(Wiring.class.getName());

    private final BootConfig boot;
    private final OffloadStore store;
    private final Gateway gateway;
    private final PolicyWatcher watcher;
    private final @Nullable AdminServer admin;

    private Wiring(
            BootConfig boot, OffloadStore store, Gateway gateway, PolicyWatcher watcher, @Nullable AdminServer admin) {
        this.boot = boot;
        this.store = store;
        this.gateway = gateway;
        this.watcher = watcher;
        this.admin = admin;
    }

    /// Starts everything; when this returns, every port of the policy is open.
    public static Wiring start(BootConfig boot) throws StartFailure {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        StoreMeters storeMeters = new StoreMeters(registry);
        StoreRelay relay = new StoreRelay();
        OffloadStore store = openStore(boot, relay, storeMeters);
        storeMeters.bind(store.reader());

        AtomicReference<PolicyReloader> policy = new AtomicReference<>();
        Gateway gateway = relay.connect(new Gateway(
                boot.gateway(),
                () -> policy.getPlain().holder().current(),
                store.jobs(),
                store.reader(),
                store.spool(),
                System.err));
        PolicyFollower follower = new PolicyFollower(
                gateway,
                store.jobs(),
                store.reader().health().generation(),
                boot.gateway().listenAddress());
        GatewayMeters meters = gateway.meters(registry);
        ReloadSettings defaults = ReloadSettings.of(boot.policy());
        PolicyReloader reloader = new PolicyReloader(
                new ReloadSettings(
                        boot.policy(),
                        new CompileSettings(boot.jobs().reservedPrefix()),
                        defaults.quietMs(),
                        defaults.settleMaxMs(),
                        defaults.pollMs()),
                follower,
                List.<ReloadObserver>of(follower),
                System::currentTimeMillis);
        policy.setPlain(reloader);

        AdminServer admin = null;
        try {
            loadPolicy(reloader, follower);
            if (boot.hasAdmin()) {
                admin = openAdmin(boot, store, gateway, reloader, follower, new Scrape(registry, meters));
            }
        } catch (StartFailure e) {
            gateway.close();
            store.close();
            throw e;
        }
        gateway.startWorkers();
        PolicyWatcher watcher = PolicyWatcher.start(reloader);
        return new Wiring(boot, store, gateway, watcher, admin);
    }

    private static OffloadStore openStore(BootConfig boot, StoreRelay relay, StoreMeters meters) throws StartFailure {
        try {
            Files.createDirectories(boot.data());
            return OffloadStore.open(
                    new RocksFolder(boot.data().resolve("store"), RocksSettings.DEFAULT),
                    StoreSettings.DEFAULT,
                    TimeSource.system(),
                    relay,
                    meters);
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailure(ExitCode.USAGE, "data folder " + boot.data() + " cannot be used: " + e.getMessage());
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        }
    }

    private static void loadPolicy(PolicyReloader reloader, PolicyFollower follower) throws StartFailure {
        BootResult loaded;
        try {
            loaded = reloader.boot();
        } catch (PublishRefusedException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        }
        switch (loaded) {
            case BootResult.Ready(var report) ->
                report.diagnostics().forEach(found -> LOG.log(Level.WARNING, found.toString()));
            case BootResult.Unparsable(List<Diagnostic> diagnostics) -> {
                StringBuilder lines = new StringBuilder("the policy does not parse");
                diagnostics.forEach(found -> lines.append('\n').append(found));
                throw new StartFailure(ExitCode.USAGE, lines.toString());
            }
        }
        if (!follower.listenFaults().isEmpty()) {
            throw new StartFailure(ExitCode.USAGE, String.join("\n", follower.listenFaults()));
        }
    }

    private static AdminServer openAdmin(
            BootConfig boot,
            OffloadStore store,
            Gateway gateway,
            PolicyReloader reloader,
            PolicyFollower follower,
            Scrape scrape)
            throws StartFailure {
        AdminApi.Ports ports = new AdminApi.Ports(
                new GatewayPort(gateway, reloader, store.reader(), follower::listenFaults),
                new PolicyPort(reloader),
                new QueuePort(store.jobs(), store.reader(), gateway.lateQueues()),
                new JobPort(store.jobs(), store.reader()),
                scrape,
                new AuditPort(store.jobs()));
        try {
            return AdminServer.start(boot.admin(), boot.data(), ports, new SecureRandom(), InstantSource.system());
        } catch (IOException e) {
            throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /// One line for whoever started the process.
    String summary() {
        String operators =
                admin == null ? "off" : boot.admin().host() + ":" + boot.admin().port();
        return "ports " + gateway.status().ports() + ", transport "
                + gateway.status().transport() + ", admin " + operators;
    }

    /// Drains and stops everything. Called once, by the shutdown hook.
    void stop() {
        LOG.log(Level.INFO, "draining");
        watcher.close();
        boolean isDrained = gateway.drain();
        if (admin != null) {
            admin.close();
        }
        gateway.close();
        store.close();
        LOG.log(Level.INFO, isDrained ? "stopped" : "stopped with requests cut off");
    }
}
