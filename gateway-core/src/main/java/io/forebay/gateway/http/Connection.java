package io.forebay.gateway.http;

import io.forebay.policy.PeerIdentity;

/// What holds for every request of one downstream connection.
///
/// @param port the listener port it came in by
/// @param isTls whether it is encrypted
/// @param peer who is at the other end
/// @param trust asked before each request whether the peer's certificate is still accepted
/// @param forwarded the lines that tell the upstream about the peer, ready to be written
public record Connection(int port, boolean isTls, PeerIdentity peer, Trust trust, ForwardedLines forwarded) {

    /// Whether the client's certificate would still be accepted if it came now.
    @FunctionalInterface
    public interface Trust {
        /// For connections without a client certificate.
        Trust ALWAYS = nowMs -> true;

        boolean isStillTrusted(long nowMs);
    }

    public static Connection of(int port, boolean isTls, PeerIdentity peer, Trust trust) {
        return new Connection(port, isTls, peer, trust, ForwardedLines.of(peer.address(), isTls, port));
    }
}
