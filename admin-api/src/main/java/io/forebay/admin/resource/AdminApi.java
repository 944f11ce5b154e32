package io.forebay.admin.resource;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.JobAdmin;
import io.forebay.admin.MetricsScrape;
import io.forebay.admin.PolicyView;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.audit.AuditTrail;
import io.forebay.admin.audit.AuditView;
import io.forebay.admin.audit.AuditedChange;
import io.forebay.admin.call.Access;
import io.forebay.admin.call.Operation;
import io.forebay.admin.insight.QueueRates;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every operation there is. The OpenAPI document beside the classes says the same; a test compares them.
public final class AdminApi {
    private AdminApi() {}

    /// What the operations work on.
    ///
    /// @param audit where changes are written down
    /// @param audited the same, to be read again
    public record Ports(
            GatewayView gateway,
            PolicyView policies,
            QueueAdmin queues,
            JobAdmin jobs,
            BackupAdmin backups,
            MetricsScrape metrics,
            AuditTrail audit,
            AuditView audited) {}

    /// The list.
    ///
    /// @param metricsAccess who may read the meters
    public static List<Operation> operations(
            Ports ports, Access metricsAccess, QueueRates rates, Deadline deadline, InstantSource clock) {
        Changes changes = new Changes(new AuditedChange(ports.audit, deadline, clock));
        return Stream.of(
                        new HealthResource(ports.gateway, deadline).operations(),
                        new MetricsResource(ports.metrics, metricsAccess, deadline).operations(),
                        new StatusResource(ports.gateway, ports.policies, deadline).operations(),
                        new FeatureResource(ports.gateway, deadline).operations(),
                        new ScheduleResource(ports.gateway, deadline).operations(),
                        new PolicyResource(ports.policies, deadline).operations(),
                        new QueueResource(ports.queues, rates, changes, deadline, clock).operations(),
                        new QueueOperationResource(ports.queues, changes, deadline).operations(),
                        new JobResource(ports.jobs, changes, deadline).operations(),
                        new BackupResource(ports.backups, changes, deadline, clock).operations(),
                        new AuditResource(ports.audited, deadline).operations())
                .flatMap(List::stream)
                .toList();
    }

    /// What is for anybody who asks how the gateway is.
    ///
    /// @param metrics null where the meters are not to be had
    public static List<Operation> health(GatewayView gateway, @Nullable MetricsScrape metrics, Deadline deadline) {
        List<Operation> health = new ArrayList<>(new HealthResource(gateway, deadline).operations());
        if (metrics != null) {
            health.addAll(new MetricsResource(metrics, Access.OPEN, deadline).operations());
        }
        return List.copyOf(health);
    }
}
