/// Traces: which exchanges are sampled, the spans that are made of them, and their export by OTLP. May depend on
/// `gateway.http`, `gateway.otlp` and Jackson. Loops make spans of sampled exchanges and put them into a bounded
/// queue; the thread `trace-exporter` does the rest.
@NullMarked
package io.forebay.gateway.trace;

import org.jspecify.annotations.NullMarked;
