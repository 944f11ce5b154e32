/// Connections that are relayed as they are, byte by byte, between a client and a backend: TLSRoute and TCPRoute. May
/// depend on `gateway.http`, `gateway.proxy` and Netty.
@NullMarked
package io.forebay.gateway.relay;

import org.jspecify.annotations.NullMarked;
