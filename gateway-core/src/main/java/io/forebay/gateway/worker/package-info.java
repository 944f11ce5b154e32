/// Works off queues: leases jobs and calls the upstream of each through the same code as synchronous calls. May
/// depend on `gateway.http`, `gateway.proxy`, `gateway.offload`, `io.forebay.offload` and `io.forebay.policy`.
@NullMarked
package io.forebay.gateway.worker;

import org.jspecify.annotations.NullMarked;
