package io.forebay.main;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.offload.QueueSettings;
import io.forebay.policy.ClientTrust;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.PortListeners;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.ServerCertificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A policy snapshot in the words of the parts that act on it. Pure.
public final class PolicyTranslation {
    private PolicyTranslation() {}

    /// @param zone that the gateway is in, or null
    static BackendSnapshot backends(PolicySnapshot policy, @Nullable String zone) {
        return BackendSnapshot.of(
                policy.generation(),
                policy.backends().stream()
                        .map(backend -> BackendTranslation.backend(backend, zone))
                        .toList());
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
            wanted.add(new Listeners.Wanted(address, port.port(), tls(port), port.traffic(), relayed(port)));
        }
        return wanted;
    }

    private static Relayed relayed(PortListeners port) {
        for (ListenerPolicy listener : port.listeners()) {
            switch (listener.protocol()) {
                case TLS -> {
                    if (!listener.terminatesTls()) {
                        return Relayed.BY_SERVER_NAME;
                    }
                }
                case TCP -> {
                    return Relayed.ALL;
                }
                case HTTP, HTTPS -> {}
            }
        }
        return Relayed.NONE;
    }

    private static @Nullable TlsListenerSettings tls(PortListeners port) {
        List<TlsHost> hosts = new ArrayList<>();
        for (ListenerPolicy listener : port.listeners()) {
            if (listener.terminatesTls()) {
                ServerCertificate certificate = listener.certificates().getFirst();
                String hostname = listener.hostname();
                hosts.add(new TlsHost(
                        hostname == null ? "" : hostname,
                        certificate.chainPem(),
                        certificate.keyPem(),
                        validation(listener.clientTrust()),
                        listener.protocol() == ListenerPolicy.Protocol.TLS));
            }
        }
        return hosts.isEmpty() ? null : TlsListenerSettings.of(hosts);
    }

    /// What a listener asks of clients' certificates.
    public static ClientValidation validation(@Nullable ClientTrust trust) {
        if (trust == null) {
            return new ClientValidation.None();
        }
        return switch (trust.mode()) {
            case VALID_ONLY -> new ClientValidation.Required(trust.caPem());
            case INSECURE_FALLBACK -> new ClientValidation.IfPresented(trust.caPem());
        };
    }
}
