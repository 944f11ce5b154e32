package io.forebay.main.operator;

import io.forebay.admin.MetricsScrape;
import io.forebay.admin.Reply;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.otlp.MetricExporter;
import io.forebay.gateway.otlp.MetricJson;
import io.forebay.gateway.otlp.MetricSettings;
import io.forebay.gateway.telemetry.GatewayMeters;
import io.forebay.main.Version;
import io.forebay.offload.JobReader;
import io.forebay.policy.reload.PolicyReloader;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// All meters, as Prometheus text for who asks, and by OTLP where they are to be sent. They are listed in
/// docs/meters.md.
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

    /// Sends them by OTLP as well, until that is closed.
    public MetricExporter export(MetricSettings settings) {
        long startNs = TimeUnit.MILLISECONDS.toNanos(
                ManagementFactory.getRuntimeMXBean().getStartTime());
        Map<String, String> resource = Map.of(
                "service.name",
                "forebay",
                "service.version",
                Version.TEXT,
                "service.instance.id",
                host() + "-" + ProcessHandle.current().pid());
        return MetricExporter.start(settings, new MetricJson(resource, startNs), this::snapshots, registry);
    }

    private MetricSnapshots snapshots() {
        refresh();
        return registry.getPrometheusRegistry().scrape();
    }

    /// As the kernel has it: name servers are not asked.
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /// Follows what has come and gone since the last time: rules, backends, queues, certificates. Any thread.
    synchronized void refresh() {
        gateway.refresh();
        queues.refresh();
        certificates.refresh(reloader.holder().current());
    }
}
