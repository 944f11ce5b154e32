package io.forebay.gateway.transport;

import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.relay.Relays;
import io.forebay.gateway.tls.TlsObserver;

/// What all listeners of a gateway share.
///
/// @param gate whether connections are accepted
/// @param limited counts what is closed for a limit
/// @param handler takes the requests
/// @param relays takes the connections that are relayed as they are
/// @param isOfPeers whether other nodes of the gateway connect, which hand on what they have taken from clients
public record ListenerParts(
        Loops loops,
        Connections connections,
        AcceptGate gate,
        ConnectionRefusals limited,
        RequestHandler handler,
        Relays relays,
        TlsObserver tlsObserver,
        ProxyHeaderRefusals refusals,
        boolean isOfPeers) {
    /// Those of listeners for clients.
    public ListenerParts(
            Loops loops,
            Connections connections,
            AcceptGate gate,
            ConnectionRefusals limited,
            RequestHandler handler,
            Relays relays,
            TlsObserver tlsObserver,
            ProxyHeaderRefusals refusals) {
        this(loops, connections, gate, limited, handler, relays, tlsObserver, refusals, false);
    }

    /// The same for other nodes of the gateway.
    ///
    /// @param theirs counts their connections
    /// @param judges takes their requests
    public ListenerParts ofPeers(Connections theirs, RequestHandler judges) {
        return new ListenerParts(loops, theirs, gate, limited, judges, relays, tlsObserver, refusals, true);
    }
}
