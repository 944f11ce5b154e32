package io.forebay.policy;

import io.forebay.policy.route.HostTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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

    /// The listener for the request's host, or null if none serves it.
    public @Nullable ListenerPolicy select(RequestFacts facts) {
        return byHost.mostSpecific(facts.bytes(), facts.host());
    }

    /// The listener for a TLS server name (null when the client sent none), or null if none serves it.
    public @Nullable ListenerPolicy selectByServerName(@Nullable String serverName) {
        byte[] host = serverName == null
                ? new byte[0]
                : serverName.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        return byHost.mostSpecific(host, ByteSpan.of(0, host.length));
    }
}
