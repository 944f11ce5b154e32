package io.forebay.main;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.offload.QueueSettings;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ClientTrust;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.PortListeners;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.TransportPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A policy snapshot in the words of the parts that act on it. Pure.
final class PolicyTranslation {
    private PolicyTranslation() {}

    static BackendSnapshot backends(PolicySnapshot policy) {
        return BackendSnapshot.of(
                policy.generation(),
                policy.backends().stream().map(PolicyTranslation::backend).toList());
    }

    private static Backend backend(BackendPolicy policy) {
        int slash = policy.id().indexOf('/');
        return new Backend(
                new BackendId(policy.id().substring(0, slash), policy.id().substring(slash + 1)),
                policy.endpoints().stream()
                        .map(endpoint -> new Endpoint(endpoint.host(), endpoint.port(), endpoint.weight()))
                        .toList(),
                new BackendLimits(
                        policy.limits().connectionsMax(),
                        Math.max(1, policy.limits().pendingMax()),
                        policy.limits().activeRequestsMax()),
                Balance.LEAST_REQUEST,
                transport(policy.transport()));
    }

    private static BackendTransport transport(TransportPolicy policy) {
        TransportPolicy.Tls tls = policy.tls();
        return new BackendTransport(
                switch (policy.http()) {
                    case ANY -> BackendTransport.Http.ANY;
                    case VERSION_1 -> BackendTransport.Http.VERSION_1;
                    case VERSION_2 -> BackendTransport.Http.VERSION_2;
                },
                tls == null ? null : tls(tls));
    }

    private static BackendTls tls(TransportPolicy.Tls policy) {
        ServerCertificate shown = policy.clientCertificate();
        return new BackendTls(
                policy.serverName(),
                policy.caPem(),
                policy.subjectAltNames().stream().map(PolicyTranslation::name).toList(),
                shown == null ? null : new BackendTls.Identity(shown.chainPem(), shown.keyPem()));
    }

    private static BackendTls.SubjectAltName name(TransportPolicy.AltName name) {
        return switch (name.type()) {
            case HOSTNAME -> new BackendTls.SubjectAltName.Dns(name.value());
            case URI -> new BackendTls.SubjectAltName.Uri(name.value());
        };
    }

    static Map<String, QueueSettings> queues(PolicySnapshot policy) {
        Map<String, QueueSettings> queues = new HashMap<>();
        for (QueuePolicy queue : policy.queues()) {
            queues.put(queue.id(), queue(queue));
        }
        return queues;
    }

    private static QueueSettings queue(QueuePolicy queue) {
        QueuePolicy.Limits limits = queue.limits();
        QueuePolicy.Tenants tenants = queue.tenants();
        QueuePolicy.PerKey perKey = queue.perKey();
        return new QueueSettings(
                queue.concurrency(),
                rate(queue.dispatchRate()),
                queue.attemptTimeoutMs(),
                new QueueSettings.Retry(
                        queue.retry().attempts(),
                        Math.max(1, queue.retry().backoffBaseMs()),
                        Math.max(1, queue.retry().backoffMaxMs())),
                new QueueSettings.Tenants(tenants.weights(), tenants.depth(), tenants.bytes()),
                new QueueSettings.Limits(
                        limits.depth(), limits.bytes(), limits.maxBodyBytes(), limits.maxResultBytes()),
                new QueueSettings.Retention(
                        queue.retention().resultMs(), queue.retention().deadLetterMs()),
                perKey == null ? null : new QueueSettings.PerKey(perKey.concurrency(), rate(perKey.dispatchRate())));
    }

    private static QueueSettings.@Nullable DispatchRate rate(QueuePolicy.@Nullable DispatchRate rate) {
        return rate == null ? null : new QueueSettings.DispatchRate(rate.jobs(), rate.periodMs(), rate.burst());
    }

    /// The ports to open. A port on which listeners of both protocols stand serves the one named first.
    static List<Listeners.Wanted> listeners(PolicySnapshot policy, @Nullable String address) {
        List<Listeners.Wanted> wanted = new ArrayList<>();
        for (PortListeners port : policy.ports()) {
            wanted.add(new Listeners.Wanted(address, port.port(), tls(port)));
        }
        return wanted;
    }

    private static @Nullable TlsListenerSettings tls(PortListeners port) {
        List<TlsHost> hosts = new ArrayList<>();
        for (ListenerPolicy listener : port.listeners()) {
            if (listener.protocol() == ListenerPolicy.Protocol.HTTPS) {
                ServerCertificate certificate = listener.certificates().getFirst();
                String hostname = listener.hostname();
                hosts.add(new TlsHost(
                        hostname == null ? "" : hostname,
                        certificate.chainPem(),
                        certificate.keyPem(),
                        validation(listener.clientTrust())));
            }
        }
        return hosts.isEmpty() ? null : TlsListenerSettings.of(hosts);
    }

    private static ClientValidation validation(@Nullable ClientTrust trust) {
        if (trust == null) {
            return new ClientValidation.None();
        }
        return switch (trust.mode()) {
            case VALID_ONLY -> new ClientValidation.Required(trust.caPem());
            case INSECURE_FALLBACK -> new ClientValidation.IfPresented(trust.caPem());
        };
    }
}
