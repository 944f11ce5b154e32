package io.forebay.gateway.relay;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.PortListeners;
import io.forebay.policy.ServerName;
import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds out whose a new connection is, and joins those that are relayed with a backend. Reads the policy
/// once a connection: it keeps its backend until it ends. Shared by all loops.
public final class Relays {
    private final Supplier<PolicySnapshot> policy;
    private final LoopUpstreams[] upstreamsOfLoop;
    private final RelayObserver observer;

    /// @param policy the current snapshot: one volatile read
    /// @param upstreamsOfLoop by loop index
    public Relays(Supplier<PolicySnapshot> policy, LoopUpstreams[] upstreamsOfLoop, RelayObserver observer) {
        this.policy = policy;
        this.upstreamsOfLoop = upstreamsOfLoop.clone();
        this.observer = observer;
    }

    /// The listener of a port for a server name, or null: nobody's.
    ///
    /// @param name [ServerName#NONE] for TCP, and for clients that sent none
    public @Nullable ListenerPolicy listener(int port, ServerName name) {
        PortListeners listeners = policy.get().port(port);
        return listeners == null ? null : listeners.selectByServerName(name);
    }

    /// What relays a connection to such a listener; the bytes that it gets first are the client's first. Where TLS is
    /// terminated it stands behind the SSL handler.
    ///
    /// @param trust asked now and then while the connection is open
    public ChannelHandler handler(
            LoopContext loop,
            ListenerPolicy listener,
            ServerName name,
            ConnectionAddresses addresses,
            Connection.Trust trust) {
        return new Relay(loop, upstreamsOfLoop[loop.index()], listener, name, addresses, trust, observer).client();
    }
}
