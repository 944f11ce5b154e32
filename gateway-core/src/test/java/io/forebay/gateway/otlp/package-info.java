/// Exports by OTLP, against receivers on loopback.
@NullMarked
package io.forebay.gateway.otlp;

import org.jspecify.annotations.NullMarked;
