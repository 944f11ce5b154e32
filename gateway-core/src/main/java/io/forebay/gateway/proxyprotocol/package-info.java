/// The header that the PROXY protocol puts in front of a connection, in both versions: read from load balancers that
/// are trusted, written to backends that want it. May depend on `gateway.http` and Netty.
///
/// | version | layout |
/// |---|---|
/// | 1 | `PROXY TCP4 SOURCE DESTINATION SOURCEPORT DESTINATIONPORT`, `TCP6`, or `PROXY UNKNOWN`; 107 bytes with CRLF |
/// | 2 | signature (12), version and command (1), family (1), length (2), addresses, ports; the rest is skipped |
@NullMarked
package io.forebay.gateway.proxyprotocol;

import org.jspecify.annotations.NullMarked;
