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
public record ListenerParts(
        Loops loops,
        Connections connections,
        AcceptGate gate,
        ConnectionRefusals limited,
        RequestHandler handler,
        Relays relays,
        TlsObserver tlsObserver,
        ProxyHeaderRefusals refusals) {}
