/// State machines over `nowNs` that keep a failing or flooded backend from taking the gateway along: a circuit breaker
/// per endpoint and a concurrency limit per backend. Both are shared by all event loops through single atomic words,
/// without locks, and both outlive a policy reload by the identity of backend and endpoint. May depend on `mesh`
/// and `mesh.health`.
@NullMarked
package io.forebay.mesh.resilience;

import org.jspecify.annotations.NullMarked;
