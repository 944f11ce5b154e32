/// When a request is deferred to a queue: conditions, client preferences (RFC 7240) and idempotency. Pure; depends on
/// `policy`.
@NullMarked
package io.forebay.policy.offload;

import org.jspecify.annotations.NullMarked;
