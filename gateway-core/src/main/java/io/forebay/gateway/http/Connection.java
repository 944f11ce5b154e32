package io.forebay.gateway.http;

import io.forebay.policy.ClientTraffic;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.ServerName;
import org.jspecify.annotations.Nullable;

/// What holds for every request of one downstream connection.
///
/// @param port the listener port it came in by
/// @param isTls whether it is encrypted
/// @param peer who is at the other end
/// @param trust asked before each request whether the connection would still be accepted
/// @param hosts asked before each request whether this connection may carry it
/// @param serverName the host of the handshake
/// @param addresses where the client is, and where it has connected to
/// @param forwarded the lines that tell the upstream about the peer, ready to be written
/// @param alternative asked at each request which other protocol its client is told of
/// @param traffic what the policy asks of clients of its port
public record Connection(
        int port,
        boolean isTls,
        PeerIdentity peer,
        Trust trust,
        Hosts hosts,
        ServerName serverName,
        ConnectionAddresses addresses,
        ForwardedLines forwarded,
        Alternative alternative,
        ClientTraffic traffic) {

    /// Whether the connection would be accepted if it came now: its listener stands, and the client's certificate is
    /// good. On a no, what is under way ends and nothing more is served.
    @FunctionalInterface
    public interface Trust {
        /// For what no listener has accepted.
        Trust ALWAYS = nowMs -> true;

        boolean isStillTrusted(long nowMs);
    }

    /// Which hosts may be asked for on the connection. A client that was let in for one host must not reach another
    /// that asks more of its clients; such a request is answered 421 (RFC 9110 section 15.5.20).
    @FunctionalInterface
    public interface Hosts {
        /// For connections whose handshake named no host.
        Hosts ALL = head -> true;

        boolean mayServe(RequestHead head);
    }

    /// By which other protocol the client may come to the same port (RFC 7838).
    @FunctionalInterface
    public interface Alternative {
        /// By none.
        Alternative NONE = () -> null;

        /// The value of `Alt-Svc`, or null.
        @Nullable
        String altSvc();
    }

    public static Connection of(int port, boolean isTls, PeerIdentity peer, Trust trust) {
        return of(port, isTls, peer, trust, Hosts.ALL, ServerName.NONE, ConnectionAddresses.UNKNOWN);
    }

    public static Connection of(
            int port,
            boolean isTls,
            PeerIdentity peer,
            Trust trust,
            Hosts hosts,
            ServerName serverName,
            ConnectionAddresses addresses) {
        return of(port, isTls, peer, trust, hosts, serverName, addresses, Alternative.NONE, ClientTraffic.NONE);
    }

    public static Connection of(
            int port,
            boolean isTls,
            PeerIdentity peer,
            Trust trust,
            Hosts hosts,
            ServerName serverName,
            ConnectionAddresses addresses,
            Alternative alternative,
            ClientTraffic traffic) {
        ForwardedLines forwarded = ForwardedLines.of(peer.address(), isTls, port);
        return new Connection(port, isTls, peer, trust, hosts, serverName, addresses, forwarded, alternative, traffic);
    }
}
