package io.forebay.gateway.transport;

import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.tls.TlsObserver;
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
    private final Loops loops;
    private final Connections connections;
    private final RequestHandler handler;
    private final TlsObserver tlsObserver;
    private final ProxyHeaderRefusals refusals;
    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, Listener> byPort = new TreeMap<>();

    public Listeners(
            Loops loops,
            Connections connections,
            RequestHandler handler,
            TlsObserver tlsObserver,
            ProxyHeaderRefusals refusals) {
        this.loops = loops;
        this.connections = connections;
        this.handler = handler;
        this.tlsObserver = tlsObserver;
        this.refusals = refusals;
    }

    /// One port as the policy wants it.
    ///
    /// @param address where to listen; a null host means every address
    /// @param tls null for cleartext
    /// @param traffic what holds for its connections before they are read
    public record Wanted(
            @Nullable String address, int port, @Nullable TlsListenerSettings tls, ClientTraffic traffic) {
        /// One that asks nothing of connections.
        public Wanted(@Nullable String address, int port, @Nullable TlsListenerSettings tls) {
            this(address, port, tls, ClientTraffic.NONE);
        }
    }

    /// Makes the open ports those that are wanted. A port that cannot be opened is reported and does not stop the
    /// others.
    ///
    /// @param isShared whether another process may listen at the same ports, which this one is about to succeed
    /// @return what went wrong, in one line each
    public synchronized List<String> apply(List<Wanted> wanted, boolean isShared) {
        List<String> faults = new ArrayList<>();
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
            } catch (IOException | TlsSettingsException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        return faults;
    }

    private static boolean serves(Listener open, int port, Wanted want) {
        return want.port() == port && (want.tls() == null) == (open.tls() == null);
    }

    private void apply(Wanted want, boolean isShared) throws IOException, TlsSettingsException {
        Listener open = byPort.get(want.port());
        TlsListenerSettings settings = want.tls();
        if (open != null) {
            open.traffic(want.traffic());
            DownstreamTls tls = open.tls();
            if (tls != null && settings != null) {
                tls.update(settings);
            }
            return;
        }
        InetSocketAddress address = want.address() == null
                ? new InetSocketAddress(want.port())
                : new InetSocketAddress(want.address(), want.port());
        if (!isShared) {
            SharedPort.requireFree(address);
        }
        DownstreamTls tls = settings == null
                ? null
                : DownstreamTls.open("port-" + want.port(), settings, tlsObserver, System::currentTimeMillis, random);
        try {
            byPort.put(want.port(), Listener.bind(address, loops, connections, handler, tls, want.traffic(), refusals));
        } catch (IOException e) {
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
    }

    /// The ports that are open.
    public synchronized List<Integer> ports() {
        return List.copyOf(byPort.keySet());
    }

    /// Accepts no more connections on any port; those that are open live on.
    @Override
    public synchronized void close() {
        byPort.values().forEach(Listener::close);
        byPort.clear();
    }
}
