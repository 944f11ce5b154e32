/// Choosing one endpoint of a backend. One [io.forebay.mesh.balance.LoopBackend] per event loop and backend holds the
/// loop's own in-flight counts, so choosing shares nothing but the breakers; the random number and the time are
/// parameters. May depend on `mesh` and `mesh.resilience`.
@NullMarked
package io.forebay.mesh.balance;

import org.jspecify.annotations.NullMarked;
