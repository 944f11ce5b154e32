/// Calls to upstreams: one call an exchange, connections pooled for each loop and endpoint, bytes relayed both ways
/// with back-pressure. May depend on `gateway.http`, on `io.forebay.mesh` for the choice of endpoints and on Netty.
@NullMarked
package io.forebay.gateway.proxy;

import org.jspecify.annotations.NullMarked;
