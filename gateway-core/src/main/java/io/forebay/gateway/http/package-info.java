/// HTTP as bytes: strict heads and bodies by RFC 9112, what a request is to the rest of the gateway
/// ([RequestHead], [Exchange]), and the two edges clients speak to.
///
/// Everything here runs on the event loop that accepted the connection. May depend on Netty's buffers, channels and
/// HTTP/2 codec, on `io.forebay.policy`, and on nothing that blocks.
@NullMarked
package io.forebay.gateway.http;

import org.jspecify.annotations.NullMarked;
