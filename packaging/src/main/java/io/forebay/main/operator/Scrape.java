package io.forebay.main.operator;

import io.forebay.admin.MetricsScrape;
import io.forebay.admin.Reply;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.forebay.offload.JobReader;
import io.forebay.policy.reload.PolicyReloader;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/// All meters as Prometheus text. They are listed in docs/meters.md.
public final class Scrape implements MetricsScrape {
    private final PrometheusMeterRegistry registry;
    private final PolicyReloader reloader;
    private final GatewayMeters gateway;
    private final QueueMeters queues;
    private final CertificateMeters certificates;

    /// Binds the meters of everything but the store's, which binds its own as it opens.
    ///
    /// @param listenFaults what keeps ports from being open as the policy wants them, a line each
    public Scrape(
            PrometheusMeterRegistry registry,
            Gateway gateway,
            JobReader reader,
            PolicyReloader reloader,
            Supplier<List<String>> listenFaults) {
        this.registry = registry;
        this.reloader = reloader;
        this.gateway = gateway.meters(registry);
        this.queues = new QueueMeters(registry, reader::queues, gateway.lateQueues());
        this.certificates = new CertificateMeters(registry);
        PolicyMeters.bind(registry, reloader, listenFaults);
        ProcessMeters.bind(registry);
    }

    @Override
    public Reply<String> text() {
        refresh();
        return Reply.done(registry.scrape());
    }

    /// Follows what has come and gone since the last time: rules, backends, queues, certificates. Any thread.
    synchronized void refresh() {
        gateway.refresh();
        queues.refresh();
        certificates.refresh(reloader.holder().current());
    }
}
