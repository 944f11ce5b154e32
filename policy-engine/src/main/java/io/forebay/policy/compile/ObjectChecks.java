package io.forebay.policy.compile;

import io.forebay.policy.document.Document;
import org.jspecify.annotations.Nullable;

/// Checks one version of one object against those it refers to.
final class ObjectChecks {

    private ObjectChecks() {}

    /// @param kept material of a last good version, used again instead of reading files that may be broken by now
    static Checked check(Document document, @Nullable Material kept, Scope scope) {
        return switch (document) {
            case Document.Backend backend -> EndpointChecks.check(backend, kept, scope);
            case Document.BackendTlsPolicy policy -> BackendTlsChecks.check(policy, kept, scope);
            case Document.ReferenceGrant grant -> Checked.begin(grant.header()).with(new Material.None());
            case Document.HttpRouteFilter filter ->
                Checked.begin(filter.header()).with(new Material.None());
            case Document.Queue queue -> SchemaChecks.check(queue, kept, scope);
            case Document.FileSecret secret -> SecretChecks.check(secret, kept, scope);
            case Document.Secret secret -> SecretChecks.check(secret, scope);
            case Document.ConfigMap configMap -> SecretChecks.check(configMap, scope);
            case Document.Gateway gateway -> GatewayChecks.check(gateway, kept, scope);
            case Document.RequestRoute route -> RouteChecks.check(route, scope);
            case Document.ConnectionRoute route -> ConnectionRouteChecks.check(route, scope);
            case Document.SecurityPolicy policy -> SecurityChecks.check(policy, kept, scope);
            case Document.BackendTrafficPolicy policy -> PolicyChecks.traffic(policy, scope);
            case Document.ClientTrafficPolicy policy -> ClientTrafficChecks.check(policy, scope);
            case Document.OffloadPolicy policy -> PolicyChecks.offload(policy, kept, scope);
            case Document.Schedule schedule -> ScheduleChecks.check(schedule, scope);
        };
    }
}
