package io.forebay.policy;

import io.forebay.policy.route.HostTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All listeners that share one port. The most specific hostname wins: exact, then the longest wildcard, then the
/// listener without hostname. Immutable; lookups by request create no object.
public final class PortListeners {

    private final int port;
    private final List<ListenerPolicy> listeners;
    private final HostTable<ListenerPolicy> byHost;

    PortListeners(int port, List<ListenerPolicy> listeners) {
        this.port = port;
        this.listeners = List.copyOf(listeners);
        HostTable.Builder<ListenerPolicy> hosts = new HostTable.Builder<>();
        for (ListenerPolicy listener : listeners) {
            hosts.putIfAbsent(listener.hostname(), listener);
        }
        this.byHost = hosts.build();
    }

    public int port() {
        return port;
    }

    public List<ListenerPolicy> listeners() {
        return listeners;
    }

    /// What holds for connections to the port: what is said of any of its listeners.
    public ClientTraffic traffic() {
        for (ListenerPolicy listener : listeners) {
            if (!listener.traffic().equals(ClientTraffic.NONE)) {
                return listener.traffic();
            }
        }
        return ClientTraffic.NONE;
    }

    /// The listener for the request's host, or null if none serves it.
    public @Nullable ListenerPolicy select(RequestFacts facts) {
        return byHost.mostSpecific(facts.bytes(), facts.host());
    }

    /// The listener for a TLS server name, or null if none serves it.
    public @Nullable ListenerPolicy selectByServerName(ServerName name) {
        return name.find(byHost);
    }

    /// Whether a request for this listener may come by a TLS connection to `name`. Where the port has several, it may
    /// not come by a connection that was made to another.
    @SuppressWarnings("ReferenceEquality") // the very listener
    public boolean isReachedBy(ServerName name, ListenerPolicy listener) {
        return listeners.size() == 1 || selectByServerName(name) == listener;
    }
}
