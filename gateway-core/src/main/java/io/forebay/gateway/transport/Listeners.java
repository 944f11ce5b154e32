package io.forebay.gateway.transport;

import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.gateway.tls.QuicTls;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.tls.TlsSettingsException;
import io.forebay.policy.ClientTraffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The listening ports of the current policy. [#apply] opens what is new, withdraws what is gone together with its
/// connections, and gives TLS ports their current certificates without touching connections. Called by whoever
/// publishes policies, one at a time.
public final class Listeners implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final ListenerParts parts;
    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, Listener> byPort = new TreeMap<>();
    private @Nullable String withoutQuic;
    private boolean isStopped;

    public Listeners(ListenerParts parts) {
        this.parts = parts;
    }

    /// One port as the policy wants it.
    ///
    /// @param address where to listen; a null host means every address
    /// @param tls what is terminated there; null for cleartext, and where all passes through
    /// @param traffic what holds for its connections before they are read
    public record Wanted(
            @Nullable String address,
            int port,
            @Nullable TlsListenerSettings tls,
            ClientTraffic traffic,
            Relayed relayed) {
        /// One whose connections are read, and of which nothing is asked.
        public Wanted(@Nullable String address, int port, @Nullable TlsListenerSettings tls) {
            this(address, port, tls, ClientTraffic.NONE, Relayed.NONE);
        }

        boolean isTls() {
            return tls != null || relayed == Relayed.BY_SERVER_NAME;
        }
    }

    /// Makes the open ports those that are wanted. A port that cannot be opened is reported and does not stop the
    /// others.
    ///
    /// @param isShared whether another process may listen at the same ports, which this one is about to succeed
    /// @return what went wrong, in one line each
    public synchronized List<String> apply(List<Wanted> wanted, boolean isShared) {
        List<String> faults = new ArrayList<>();
        if (isStopped) {
            return faults;
        }
        byPort.entrySet().removeIf(open -> {
            boolean isGone = wanted.stream().noneMatch(want -> serves(open.getValue(), open.getKey(), want));
            if (isGone) {
                open.getValue().withdraw();
            }
            return isGone;
        });
        for (Wanted want : wanted) {
            try {
                apply(want, isShared);
                http3(want);
            } catch (IOException | TlsSettingsException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        return faults;
    }

    private static boolean serves(Listener open, int port, Wanted want) {
        return want.port() == port && open.serves(want);
    }

    private void apply(Wanted want, boolean isShared) throws IOException, TlsSettingsException {
        Listener open = byPort.get(want.port());
        if (open == null) {
            open(want, isShared);
            return;
        }
        DownstreamTls before = open.tls();
        TlsListenerSettings settings = want.tls();
        DownstreamTls tls = before;
        if (settings == null) {
            tls = null;
        } else if (before == null) {
            tls = openTls(want.port(), settings);
        } else {
            before.update(settings);
        }
        open.follow(new PortSettings.Current(want.traffic(), want.relayed(), tls));
        if (before != null && tls == null) {
            before.close();
        }
    }

    /// Speaks HTTP/3 at the port, or no longer. Where the native library is missing the port is served without.
    private void http3(Wanted want) throws TlsSettingsException {
        Listener open = byPort.get(want.port());
        TlsListenerSettings settings = want.traffic().isHttp3() ? want.tls() : null;
        Http3Port beside = open == null ? null : open.http3();
        if (open == null) {
            return;
        }
        if (settings == null) {
            open.http3(null);
            if (beside != null) {
                beside.withdraw();
            }
        } else if (isWithoutQuic()) {
            return;
        } else if (beside == null) {
            open.http3(Http3Port.open(address(want), parts, settings, want.traffic(), open.open()));
        } else {
            beside.update(settings, want.traffic());
        }
    }

    private boolean isWithoutQuic() {
        String reason = QuicTls.unavailability();
        if (reason != null && withoutQuic == null) {
            LOG.log(System.Logger.Level.WARNING, reason);
        }
        withoutQuic = reason;
        return reason != null;
    }

    private static InetSocketAddress address(Wanted want) {
        return want.address() == null
                ? new InetSocketAddress(want.port())
                : new InetSocketAddress(want.address(), want.port());
    }

    /// What keeps HTTP/3 from being spoken at ports that are open, a line each.
    public synchronized List<String> http3Faults() {
        List<String> faults = new ArrayList<>();
        if (withoutQuic != null) {
            faults.add(withoutQuic);
        }
        for (Listener listener : byPort.values()) {
            Http3Port beside = listener.http3();
            String fault = beside == null ? null : beside.fault();
            if (fault != null) {
                faults.add(fault);
            }
        }
        return faults;
    }

    private void open(Wanted want, boolean isShared) throws IOException, TlsSettingsException {
        InetSocketAddress address = address(want);
        if (!isShared) {
            SharedPort.requireFree(address);
        }
        TlsListenerSettings settings = want.tls();
        DownstreamTls tls = settings == null ? null : openTls(want.port(), settings);
        try {
            PortSettings.Current current = new PortSettings.Current(want.traffic(), want.relayed(), tls);
            byPort.put(want.port(), Listener.bind(address, parts, current));
        } catch (IOException e) {
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
    }

    private DownstreamTls openTls(int port, TlsListenerSettings settings) throws TlsSettingsException {
        return DownstreamTls.open("port-" + port, settings, parts.tlsObserver(), System::currentTimeMillis, random);
    }

    /// The ports that are open.
    public synchronized List<Integer> ports() {
        return isStopped ? List.of() : List.copyOf(byPort.keySet());
    }

    /// Accepts no more connections on any port, whatever a policy wants from now on. Those that are open live on, those
    /// too whose handshake is still to come.
    public synchronized void stopAccepting() {
        isStopped = true;
        byPort.values().forEach(Listener::stopAccepting);
    }

    /// The same, and makes no more handshakes.
    @Override
    public synchronized void close() {
        isStopped = true;
        byPort.values().forEach(Listener::close);
        byPort.clear();
    }
}
