/// What the gateway tells about itself: counters of each loop, latency histograms, the access log, and their binding
/// to Micrometer. May depend on `gateway.http`, `gateway.trace`, Micrometer and the Disruptor (the access ring).
@NullMarked
package io.forebay.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
