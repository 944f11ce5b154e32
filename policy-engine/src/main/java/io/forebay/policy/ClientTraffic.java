package io.forebay.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What holds for connections to a port before anything of HTTP is read: a ClientTrafficPolicy. It holds for
/// all listeners of the port, since nobody knows yet which of them the client wants.
///
/// @param proxyProtocol null where none is spoken
/// @param isHttp3 whether HTTP/3 is spoken too, at the UDP port of the same number
/// @param connectionLimit how many connections the port takes
/// @param http2 what one connection of HTTP/2 may cost
/// @param timeouts how long clients may take
public record ClientTraffic(
        @Nullable ProxyProtocol proxyProtocol,
        boolean isHttp3,
        ConnectionLimit connectionLimit,
        Http2 http2,
        Timeouts timeouts) {
    /// Nothing is asked.
    public static final ClientTraffic NONE = new ClientTraffic(null);

    /// HTTP/3 and nothing else.
    public static final ClientTraffic HTTP_3 =
            new ClientTraffic(null, true, ConnectionLimit.NONE, Http2.DEFAULT, Timeouts.DEFAULT);

    /// With a header of the PROXY protocol, and else as without a policy.
    public ClientTraffic(@Nullable ProxyProtocol proxyProtocol) {
        this(proxyProtocol, false, ConnectionLimit.NONE, Http2.DEFAULT, Timeouts.DEFAULT);
    }

    /// Open connections; one more is closed at once.
    ///
    /// @param connectionsMax of the port, 1 or more
    /// @param perClientMax of one address of a client on the port, 1 or more; of IPv6 the first 64 bits count
    public record ConnectionLimit(int connectionsMax, int perClientMax) {
        public static final ConnectionLimit NONE = new ConnectionLimit(Integer.MAX_VALUE, Integer.MAX_VALUE);

        public ConnectionLimit {
            if (connectionsMax < 1 || perClientMax < 1) {
                throw new IllegalArgumentException("a limit must leave room for one connection");
            }
        }

        /// Whether connections are counted by client.
        public boolean isPerClient() {
            return perClientMax != Integer.MAX_VALUE;
        }
    }

    /// What is announced to clients in SETTINGS.
    ///
    /// @param streamsMax requests at a time, 1 or more
    /// @param streamWindowBytes 65,535 or more
    /// @param connectionWindowBytes 65,535 or more
    public record Http2(int streamsMax, int streamWindowBytes, int connectionWindowBytes) {
        public static final int WINDOW_BYTES_MIN = 65_535;
        public static final Http2 DEFAULT = new Http2(100, 64 * 1024, 1024 * 1024);

        public Http2 {
            if (streamsMax < 1 || streamWindowBytes < WINDOW_BYTES_MIN || connectionWindowBytes < WINDOW_BYTES_MIN) {
                throw new IllegalArgumentException("a connection must leave room for one request");
            }
        }
    }

    /// How long a client may take.
    ///
    /// @param requestNs from the head of a request to its end; 0 for as long as it goes on sending
    /// @param idleNs without a request
    /// @param bodyBytesPerSecondMin of a body while the gateway reads it, on the average of ten seconds; 0 for any
    public record Timeouts(long requestNs, long idleNs, long bodyBytesPerSecondMin) {
        public static final Timeouts DEFAULT = new Timeouts(0, TimeUnit.SECONDS.toNanos(60), 0);

        public Timeouts {
            if (requestNs < 0 || idleNs < 1 || bodyBytesPerSecondMin < 0) {
                throw new IllegalArgumentException("times must not be negative");
            }
        }
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
