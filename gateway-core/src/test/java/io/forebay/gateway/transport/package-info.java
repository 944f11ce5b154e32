/// Listeners for tests, on ports that the kernel chooses.
@NullMarked
package io.forebay.gateway.transport;

import org.jspecify.annotations.NullMarked;
