package io.forebay.main.operator;

import io.forebay.admin.MetricsScrape;
import io.forebay.admin.Reply;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// All meters as Prometheus text.
public final class Scrape implements MetricsScrape {
    private final PrometheusMeterRegistry registry;
    private final GatewayMeters gateway;

    public Scrape(PrometheusMeterRegistry registry, GatewayMeters gateway) {
        this.registry = registry;
        this.gateway = gateway;
    }

    @Override
    public Reply<String> text() {
        gateway.refresh();
        return Reply.done(registry.scrape());
    }
}
