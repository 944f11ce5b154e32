/// Event loops, listeners and drain: how bytes get in. The transport is chosen once (io_uring, then epoll, then NIO),
/// logged, and shown. May depend on `gateway.http`, `gateway.tls`,
/// `gateway.proxyprotocol`, `gateway.relay` and Netty.
@NullMarked
package io.forebay.gateway.transport;

import org.jspecify.annotations.NullMarked;
