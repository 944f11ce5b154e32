package io.forebay.gateway.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Both ends of a client's connection, as the socket or a header of the PROXY protocol tells them. Those of one
/// connection are equal.
///
/// @param source where the client is
/// @param destination where it has connected to
public record ConnectionAddresses(InetSocketAddress source, InetSocketAddress destination) {
    /// Of what no client's connection is behind.
    public static final ConnectionAddresses UNKNOWN =
            new ConnectionAddresses(new InetSocketAddress(0), new InetSocketAddress(0));

    /// Those of a socket; [#UNKNOWN] where it is closed already, or has none.
    public static ConnectionAddresses of(@Nullable SocketAddress source, @Nullable SocketAddress destination) {
        return source instanceof InetSocketAddress from && destination instanceof InetSocketAddress to
                ? new ConnectionAddresses(from, to)
                : UNKNOWN;
    }

    public boolean isKnown() {
        return !equals(UNKNOWN);
    }

    /// The client's IP address, or `unknown`.
    public String client() {
        return isKnown() ? source.getAddress().getHostAddress() : "unknown";
    }
}
