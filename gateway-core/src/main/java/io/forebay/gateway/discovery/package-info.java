/// Asking the DNS for the endpoints of backends: a client for single questions over Netty's resolver, which the event
/// loop carries and never waits for; lookups that consist of several of them; and the thread that follows policy and
/// answers, and tells the `proxy` package what came of it. What is known of a name, `io.forebay.mesh.discovery`
/// decides.
@NullMarked
package io.forebay.gateway.discovery;

import org.jspecify.annotations.NullMarked;
