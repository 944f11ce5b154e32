/// OTLP over HTTP in JSON: where receivers are, how something is posted to one, and meters as its body. Spans are made
/// by
/// `gateway.trace`, which posts them the same way. May depend on Jackson, the model of Prometheus' client and the JDK's
/// HTTP client. Nothing here runs on a loop.
@NullMarked
package io.forebay.gateway.otlp;

import org.jspecify.annotations.NullMarked;
