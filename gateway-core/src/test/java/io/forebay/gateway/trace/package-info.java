@NullMarked
package io.forebay.gateway.trace;

import org.jspecify.annotations.NullMarked;
