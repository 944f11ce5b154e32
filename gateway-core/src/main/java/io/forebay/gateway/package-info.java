/// The data plane as one thing that can be started, followed, drained and stopped.
@NullMarked
package io.forebay.gateway;

import org.jspecify.annotations.NullMarked;
