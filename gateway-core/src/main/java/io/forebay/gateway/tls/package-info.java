/// Downstream TLS: termination, choice of certificate by server name, ALPN, client certificates, hot change.
///
/// The trust model:
/// - A listener holds one immutable `TlsHostTable` behind one volatile field. A connection picks its host
///   from the table of the moment it says hello: exact name, then the longest wildcard, then the default. No
///   match is refused with an alert.
/// - A client certificate is believed only if a path of RFC 5280 leads to a certificate of that host's own
///   bundle. Neither the JDK's roots nor another host's bundle are ever consulted. Revocation lists are not
///   read.
/// - A resumed session is no proof by itself. Ticket keys belong to one (listener, host, client validation),
///   live in memory, change every hour (the one before is still accepted) and end with the bundle. So a ticket
///   never crosses from one host to another, and removing an authority ends its sessions. The chain in a ticket
///   is validated again on each resumption.
/// - A connection does not keep trust it would no longer be given: `PeerTrust` compares the table's
///   generation at each request (one volatile read) and validates the chain again only when that moved or when
///   a certificate ran out.
/// - A name in a request may differ from the name in the hello: `TlsConnection.mayServe` tells whether both
///   lie under the same client validation. A request for which it says no is answered 421 and never routed.
///
/// Handlers run on the connection's event loop, validation and signatures included. Depends on Netty and the
/// JDK, and on nothing else of ours.
@NullMarked
package io.forebay.gateway.tls;

import org.jspecify.annotations.NullMarked;
