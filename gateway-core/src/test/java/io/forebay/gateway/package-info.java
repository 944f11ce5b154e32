/// The whole data plane on loopback: a real gateway between raw-socket clients and upstreams that misbehave on demand.
@NullMarked
package io.forebay.gateway;

import org.jspecify.annotations.NullMarked;
