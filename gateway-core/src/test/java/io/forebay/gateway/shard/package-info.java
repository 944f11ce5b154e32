/// Several gateways in one process, each with a store of its own, at `127.0.0.10` and on.
@NullMarked
package io.forebay.gateway.shard;

import org.jspecify.annotations.NullMarked;
