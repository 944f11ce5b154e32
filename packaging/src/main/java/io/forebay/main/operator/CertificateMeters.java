package io.forebay.main.operator;

import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.ServerCertificate;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// When the certificates run out that listeners show, `forebay.tls.certificate.expiry.timestamp.seconds` by listener.
/// Of more than [#LISTENERS_MAX] those that run out first.
///
/// Followed by one thread at a time, when somebody scrapes; certificates are read once a policy.
final class CertificateMeters {
    static final int LISTENERS_MAX = 200;

    private final MultiGauge expiries;
    private long generation = -1;

    private record Expiry(String listener, double seconds) {}

    CertificateMeters(MeterRegistry registry) {
        this.expiries = MultiGauge.builder("forebay.tls.certificate.expiry.timestamp.seconds")
                .description("When the certificate that a listener shows runs out, since 1970")
                .register(registry);
    }

    /// Follows the policy in force.
    void refresh(PolicySnapshot policy) {
        if (policy.generation() == generation) {
            return;
        }
        generation = policy.generation();
        List<Expiry> found = new ArrayList<>();
        for (ListenerPolicy listener : policy.listeners()) {
            listener.certificates().stream()
                    .mapToDouble(CertificateMeters::expiry)
                    .min()
                    .ifPresent(first -> found.add(new Expiry(listener.id(), first)));
        }
        found.sort(Comparator.comparingDouble(Expiry::seconds));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Expiry expiry : found.subList(0, Math.min(found.size(), LISTENERS_MAX))) {
            rows.add(MultiGauge.Row.of(Tags.of("listener", expiry.listener()), expiry.seconds()));
        }
        expiries.register(rows, true);
    }

    /// Of the leaf, which comes first.
    private static double expiry(ServerCertificate certificate) {
        try {
            X509Certificate leaf = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(certificate.chainPem().getBytes(StandardCharsets.US_ASCII)));
            return leaf.getNotAfter().toInstant().getEpochSecond();
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that the policy has checked: " + certificate.origin(), e);
        }
    }
}
