package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.document.Kind;

/// What becomes of connections to a listener, by its protocol and `tls.mode` (Gateway API: HTTPS always terminates,
/// TLS does unless it says `Passthrough`).
final class ListenerModes {

    private ListenerModes() {}

    /// Whether the handshake is made here, with certificates of the Gateway's.
    static boolean terminatesTls(Listener listener) {
        return switch (listener.getProtocol()) {
            case "HTTPS" -> true;
            case "TLS" ->
                listener.getTls() == null
                        || !"Passthrough".equals(listener.getTls().getMode());
            default -> false;
        };
    }

    /// Whether a TLSRoute or TCPRoute may have connections of the listener: a TLSRoute those of protocol TLS, in either
    /// mode; a TCPRoute those of TCP, and what comes out of TLS.
    static boolean takes(Listener listener, Kind route) {
        return switch (listener.getProtocol()) {
            case "TLS" -> route == Kind.TLS_ROUTE || (route == Kind.TCP_ROUTE && terminatesTls(listener));
            case "TCP" -> route == Kind.TCP_ROUTE;
            default -> false;
        };
    }
}
