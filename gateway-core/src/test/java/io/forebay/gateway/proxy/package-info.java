/// How queues are worked off: rules without threads, and the dispatcher on real parts.
@NullMarked
package io.forebay.gateway.proxy;

import org.jspecify.annotations.NullMarked;
