/// Choosing one endpoint of a backend. One [io.forebay.mesh.balance.LoopBackend] per event loop and backend holds the
/// loop's own in-flight counts and answer times, so choosing shares nothing but breakers and healths; the random
/// number and the time are parameters. May depend on `mesh`, `mesh.health` and `mesh.resilience`.
@NullMarked
package io.forebay.mesh.balance;

import org.jspecify.annotations.NullMarked;
