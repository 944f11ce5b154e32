package io.forebay.main;

import io.forebay.admin.resource.AdminApi;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.otlp.MetricExporter;
import io.forebay.gateway.proxy.ReplaySpool;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.main.operator.AuditPort;
import io.forebay.main.operator.BackupPort;
import io.forebay.main.operator.GatewayPort;
import io.forebay.main.operator.JobPort;
import io.forebay.main.operator.PolicyPort;
import io.forebay.main.operator.QueuePort;
import io.forebay.main.operator.Scrape;
import io.forebay.main.operator.StoreMeters;
import io.forebay.main.peer.PeerCertificates;
import io.forebay.main.store.DataFolder;
import io.forebay.offload.backup.Backup;
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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The whole process, put together by hand from the top to the bottom of one method, and taken apart in reverse.
public final class Wiring {
    private static final Logger LOG = System.getLogger(Wiring.class.getName());

    private final BootConfig boot;
    private final StoreOpening opening;
    private final Gateway gateway;
    private final PolicyWatcher watcher;
    private final OperatorServers operators;
    private final @Nullable PeerCertificates peers;
    private final @Nullable MetricExporter metrics;
    private final IntConsumer onEnd;
    private final Object endLock = new Object();
    private boolean isEnding;
    private @Nullable Thread leaving;

    private Wiring(
            BootConfig boot,
            StoreOpening opening,
            Gateway gateway,
            PolicyWatcher watcher,
            OperatorServers operators,
            @Nullable PeerCertificates peers,
            @Nullable MetricExporter metrics,
            IntConsumer onEnd) {
        this.boot = boot;
        this.opening = opening;
        this.gateway = gateway;
        this.watcher = watcher;
        this.operators = operators;
        this.peers = peers;
        this.metrics = metrics;
        this.onEnd = onEnd;
    }

    /// Starts everything; when this returns, every port of the policy is open.
    ///
    /// @param takesOver whether a process that has the data folder is asked to leave, rather than the start refused
    /// @param onEnd told the exit code once this process has ended by itself: another has taken over from it, or it
    ///     could not open the store that it took over
    public static Wiring start(BootConfig boot, boolean takesOver, IntConsumer onEnd) throws StartFailure {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        StoreMeters storeMeters = new StoreMeters(registry);
        StoreRelay relay = new StoreRelay();
        StoreOpening opening = StoreOpening.begin(boot.data(), takesOver, relay, storeMeters);
        StoreParts store = opening.parts();
        storeMeters.bind(store.reader(), boot.data());
        SessionKey sessionKey = openSessionKey(boot, opening);

        AtomicReference<PolicyReloader> policy = new AtomicReference<>();
        Gateway gateway = relay.connect(new Gateway(
                boot.gateway(),
                () -> policy.getPlain().holder().current(),
                store.jobs(),
                store.reader(),
                store.spool(),
                System.err,
                sessionKey,
                opening.predecessor(),
                ReplaySpool.in(boot.data().resolve("replay"))));
        PolicyFollower follower = new PolicyFollower(gateway, boot.gateway().listenAddress(), boot.zone());
        PolicyReloader reloader = reloader(boot, follower);
        Scrape scrape = new Scrape(registry, gateway, store.reader(), reloader, follower::listenFaults);
        policy.setPlain(reloader);

        OperatorServers operators;
        PeerCertificates peers = null;
        try {
            opening.tell(follower);
            loadPolicy(reloader, follower);
            peers = followPeers(boot, gateway);
            opening.askPredecessorToLeave(follower);
            AdminApi.Ports ports = ports(store, gateway, reloader, follower, scrape, backups(boot, opening));
            operators = opening.predecessor() == null
                    ? OperatorServers.open(boot, ports)
                    : OperatorServers.openWhatIsPossible(boot, ports);
        } catch (StartFailure e) {
            if (peers != null) {
                peers.close();
            }
            gateway.close();
            opening.close();
            throw e;
        }
        Wiring wiring = new Wiring(
                boot, opening, gateway, PolicyWatcher.start(reloader), operators, peers, export(boot, scrape), onEnd);
        opening.whenOpen(follower, wiring::storeOpened, onEnd);
        return wiring;
    }

    private static @Nullable PeerCertificates followPeers(BootConfig boot, Gateway gateway) throws StartFailure {
        if (boot.peers() == null) {
            return null;
        }
        try {
            return PeerCertificates.follow(boot.peers(), gateway::peers);
        } catch (IOException e) {
            throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable MetricExporter export(BootConfig boot, Scrape scrape) {
        return boot.metrics() == null ? null : scrape.export(boot.metrics());
    }

    private static PolicyReloader reloader(BootConfig boot, PolicyFollower follower) {
        ReloadSettings defaults = ReloadSettings.of(boot.policy());
        return new PolicyReloader(
                new ReloadSettings(
                        boot.policy(),
                        new CompileSettings(boot.jobs().reservedPrefix()),
                        defaults.quietMs(),
                        defaults.settleMaxMs(),
                        defaults.pollMs()),
                follower,
                List.<ReloadObserver>of(follower),
                System::currentTimeMillis);
    }

    private static SessionKey openSessionKey(BootConfig boot, StoreOpening opening) throws StartFailure {
        try {
            return SessionKeyFile.open(boot.data(), new SecureRandom());
        } catch (IOException e) {
            opening.close();
            throw new StartFailure(ExitCode.USAGE, "the session key cannot be used: " + e.getMessage());
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

    private static AdminApi.Ports ports(
            StoreParts store,
            Gateway gateway,
            PolicyReloader reloader,
            PolicyFollower follower,
            Scrape scrape,
            BackupPort backups) {
        AuditPort audit = new AuditPort(store.jobs(), store.reader());
        return new AdminApi.Ports(
                new GatewayPort(gateway, reloader, store.reader(), follower::listenFaults),
                new PolicyPort(reloader),
                new QueuePort(store.jobs(), store.reader(), gateway.lateQueues()),
                new JobPort(store.jobs(), store.reader()),
                backups,
                scrape,
                audit,
                audit);
    }

    private static BackupPort backups(BootConfig boot, StoreOpening opening) {
        Backup.Author author = new Backup.Author(Version.TEXT, boot.jobs().nodeId());
        Path store = DataFolder.store(boot.data());
        return new BackupPort(store, boot.backups(), author, opening::openStore, InstantSource.system());
    }

    /// The store is open in this process: its work begins, and the next process may take over.
    private void storeOpened() {
        synchronized (endLock) {
            if (isEnding) {
                return;
            }
        }
        gateway.storeArrived();
        gateway.startWorkers();
        Path socket = Predecessor.socketOf(boot.data());
        try {
            gateway.awaitSuccessor(socket, this::leave);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no other process can take over from this one: " + e.getMessage());
        }
    }

    /// One line for whoever started the process.
    String summary() {
        String admin = operators.admin() == null
                ? "off"
                : boot.admin().host() + ":" + boot.admin().port();
        return "ports " + gateway.status().ports() + ", transport "
                + gateway.status().transport() + ", admin " + admin;
    }

    /// Whether each event loop comes to what it is asked now. Blocks for as long as it does not.
    boolean isResponding() {
        return gateway.isResponding();
    }

    /// Another process takes over: it has the ports already, and gets the store when what is under way has ended.
    private boolean leave(Runnable begun) {
        synchronized (endLock) {
            if (isEnding) {
                return false;
            }
            isEnding = true;
            leaving = Thread.ofPlatform().name("take-over").start(() -> leaveNow(begun));
        }
        return true;
    }

    private void leaveNow(Runnable begun) {
        LOG.log(Level.INFO, "leaving to a successor");
        watcher.close();
        operators.close();
        begun.run();
        close(gateway.drainForSuccessor());
        onEnd.accept(ExitCode.OK);
    }

    /// Drains and stops everything, or waits until that is done where a successor has asked for it before: the process
    /// ends when this returns. Called once, by the shutdown hook.
    void stop() {
        Thread underWay;
        synchronized (endLock) {
            underWay = leaving;
            if (underWay == null) {
                isEnding = true;
            }
        }
        if (underWay == null) {
            drainAndClose();
        } else {
            try {
                underWay.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void drainAndClose() {
        LOG.log(Level.INFO, "draining");
        watcher.close();
        boolean isDrained = gateway.drain();
        operators.close();
        close(isDrained);
    }

    private void close(boolean isDrained) {
        if (peers != null) {
            peers.close();
        }
        if (metrics != null) {
            metrics.close();
        }
        gateway.close();
        opening.close();
        LOG.log(Level.INFO, isDrained ? "stopped" : "stopped with requests cut off");
    }
}
