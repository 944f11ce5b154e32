package io.forebay.main;

import io.forebay.admin.server.AdminSettings;
import io.forebay.admin.server.HealthSettings;
import io.forebay.gateway.GatewaySettings;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.otlp.MetricSettings;
import io.forebay.main.log.LogFile;
import io.forebay.main.peer.PeerFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything that is fixed until the next start. What may change while the gateway runs is policy, and stands
/// elsewhere.
///
/// @param data the data folder: store, admin token, access log
/// @param policy the policy folder
/// @param hasAdmin whether the operators' port is opened
/// @param health where it is told whether traffic should come; null for at the operators' port alone
/// @param peers by which it and the other nodes know each other; null for one that is alone
/// @param backups the folder below which operators have the store copied; null for none
/// @param zone in which the gateway is, as endpoints name it; null where nobody says
/// @param metrics where meters are sent; null where they are not
/// @param log where the log goes; null for stderr
public record BootConfig(
        Path data,
        Path policy,
        GatewaySettings gateway,
        AdminSettings admin,
        boolean hasAdmin,
        @Nullable HealthSettings health,
        @Nullable PeerFiles peers,
        @Nullable Path backups,
        @Nullable String zone,
        @Nullable MetricSettings metrics,
        @Nullable LogFile log) {
    public JobSettings jobs() {
        return gateway.jobs();
    }
}
