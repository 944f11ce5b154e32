@NullMarked
package io.forebay.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
