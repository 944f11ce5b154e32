/// The load generator: one thread that keeps a proxy on another core busy and says how long each answer took. It
/// speaks HTTP/1.1, HTTP/2, gRPC and WebSocket over its own epoll loop (system calls through `java.lang.foreign`,
/// TLS through BoringSSL's byte-buffer BIO), since a client stack with channels, pipelines and promises would be
/// slower than the proxies it has to saturate. What is spoken is a `Dialogue`, how bytes travel a `Wire`; a
/// `Connection` has one of each. Runs as a process of its own, see `Load`; so do the origins beside it. Depends
/// on tcnative for TLS, on Netty's HPACK and on HdrHistogram for latencies, on nothing else of ours.
@NullMarked
package io.forebay.perf.load;

import org.jspecify.annotations.NullMarked;
