package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.document.Header;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which listeners cannot stand beside each other on one port: those that a connection could not be told apart by.
/// HTTP tells by the Host field, HTTPS and TLS by the server name of the handshake, so hostnames differ there; other
/// pairs of protocols do not share a port, and TCP shares it with nobody. Of two that conflict, the one that was in
/// force, else the first, is served.
final class ListenerConflicts {

    /// Why a listener is not served, with the reason that the Gateway API has for its condition `Conflicted`.
    record Conflict(String reason, String message) {}

    private ListenerConflicts() {}

    /// Null where both can be served.
    ///
    /// @param one the listener that comes later
    /// @param gateway whose listener `other` is
    static @Nullable Conflict between(Listener one, Listener other, Header gateway, String otherPath) {
        if (!Objects.equals(one.getPort(), other.getPort())) {
            return null;
        }
        String both = "listener " + one.getName() + " conflicts with listener " + other.getName() + " of "
                + gateway.key() + " (" + gateway.at(otherPath) + "): ";
        if (!family(one).equals(family(other))) {
            return new Conflict(
                    "ProtocolConflict",
                    both + one.getProtocol() + " and " + other.getProtocol() + " cannot share port " + one.getPort());
        }
        if (!Objects.equals(one.getHostname(), other.getHostname())) {
            return null;
        }
        if (one.getProtocol().equals("TCP")) {
            return new Conflict("HostnameConflict", both + "port " + one.getPort() + " of TCP has one listener");
        }
        String hostname = one.getHostname() == null ? "every hostname" : one.getHostname();
        return new Conflict("HostnameConflict", both + "both are for " + hostname + " on port " + one.getPort());
    }

    /// Protocols of one family share a port.
    private static String family(Listener listener) {
        return listener.getProtocol().equals("HTTPS") ? "TLS" : listener.getProtocol();
    }
}
