/// How queues are worked off: rules without threads, and the dispatcher on real parts.
@NullMarked
package io.forebay.gateway.worker;

import org.jspecify.annotations.NullMarked;
