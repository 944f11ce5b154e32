/// Whether endpoints are well, as far as probes tell: a state machine per endpoint that the gateway's prober feeds
/// and all loops read. What calls tell is the breaker's, in `mesh.resilience`. May depend on `mesh`.
@NullMarked
package io.forebay.mesh.health;

import org.jspecify.annotations.NullMarked;
