/// Load shedding: what the gateway runs short of (pressures, 0 to 1), what it does about it (stages), and the
/// little machines between the two. The model is Envoy's overload manager. May depend on nothing else of the
/// gateway.
@NullMarked
package io.forebay.gateway.overload;

import org.jspecify.annotations.NullMarked;
