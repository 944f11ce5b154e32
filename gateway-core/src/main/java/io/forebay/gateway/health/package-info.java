/// Asks endpoints whether they are well, as policies want it, and tells `mesh.health` what it found. May depend on
/// `gateway.http` and `gateway.proxy`.
@NullMarked
package io.forebay.gateway.health;

import org.jspecify.annotations.NullMarked;
