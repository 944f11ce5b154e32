package io.forebay.policy;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What holds for connections to a port before anything of HTTP is read: a ClientTrafficPolicy. It holds for
/// all listeners of the port, since nobody knows yet which of them the client wants.
///
/// @param proxyProtocol null where none is spoken
/// @param isHttp3 whether HTTP/3 is spoken too, at the UDP port of the same number
public record ClientTraffic(@Nullable ProxyProtocol proxyProtocol, boolean isHttp3) {
    /// Nothing is asked.
    public static final ClientTraffic NONE = new ClientTraffic(null, false);

    /// HTTP/3 and nothing else.
    public static final ClientTraffic HTTP_3 = new ClientTraffic(null, true);

    /// The PROXY protocol and nothing else.
    public ClientTraffic(ProxyProtocol proxyProtocol) {
        this(proxyProtocol, false);
    }

    /// Whether a header of the PROXY protocol (versions 1 and 2) begins each connection.
    ///
    /// @param isOptional whether trusted peers may leave it out
    /// @param trusted from where it is believed; from elsewhere it is refused
    public record ProxyProtocol(boolean isOptional, List<AddressRange> trusted) {
        public ProxyProtocol {
            trusted = List.copyOf(trusted);
        }

        /// Whether this peer may say whom it speaks for.
        public boolean trusts(InetAddress peer) {
            for (int i = 0; i < trusted.size(); i++) {
                if (trusted.get(i).contains(peer)) {
                    return true;
                }
            }
            return false;
        }
    }
}
