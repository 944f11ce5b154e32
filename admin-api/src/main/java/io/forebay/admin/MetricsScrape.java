package io.forebay.admin;

/// All meters of the process.
@FunctionalInterface
public interface MetricsScrape {
    /// The meters in Prometheus' text format 0.0.4.
    Reply<String> text();
}
