/// Tells callers over HTTP how their jobs ended: Standard Webhooks 1.0, signed, to public addresses only unless a
/// policy says otherwise. Outside the hot path: Netty's own HTTP codec, a connection for each message.
@NullMarked
package io.forebay.gateway.webhook;

import org.jspecify.annotations.NullMarked;
