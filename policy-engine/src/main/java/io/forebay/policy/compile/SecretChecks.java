package io.forebay.policy.compile;

import io.forebay.policy.compile.PemBundle.PemException;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Yaml;
import io.forebay.policy.offload.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Certificates, keys and authorities: do they load, and do key and certificate belong together.
final class SecretChecks {

    private static final Duration EXPIRY_WARNING = Duration.ofDays(7);

    /// Text of one entry and where it is named.
    private record Source(String text, String path) {}

    private final Header header;
    private final Scope scope;
    private final Findings findings;

    private SecretChecks(Header header, Scope scope, Findings findings) {
        this.header = header;
        this.scope = scope;
        this.findings = findings;
    }

    static Checked check(Document.FileSecret secret, @Nullable Material kept, Scope scope) {
        Checked checked = Checked.begin(secret.header());
        if (kept != null) {
            return checked.with(kept);
        }
        SecretChecks checks = new SecretChecks(secret.header(), scope, checked.faults());
        Material material = checks.material(
                checks.file(secret.spec().tlsCrt(), "tls.crt"),
                checks.file(secret.spec().tlsKey(), "tls.key"),
                checks.file(secret.spec().caCrt(), "ca.crt"),
                checks.file(secret.spec().webhookKey(), "webhook.key"));
        return checked.faults().hasErrors() ? checked : checked.with(material);
    }

    static Checked check(Document.Secret secret, Scope scope) {
        Checked checked = Checked.begin(secret.header());
        SecretChecks checks = new SecretChecks(secret.header(), scope, checked.faults());
        Material material = checks.material(
                inline(secret, "tls.crt"),
                inline(secret, "tls.key"),
                inline(secret, "ca.crt"),
                inline(secret, "webhook.key"));
        return checked.faults().hasErrors() ? checked : checked.with(material);
    }

    static Checked check(Document.ConfigMap configMap, Scope scope) {
        Checked checked = Checked.begin(configMap.header());
        String authorities = configMap.data().get("ca.crt");
        SecretChecks checks = new SecretChecks(configMap.header(), scope, checked.faults());
        Material material = checks.material(
                null, null, authorities == null ? null : new Source(authorities, "data['ca.crt']"), null);
        return checked.faults().hasErrors() ? checked : checked.with(material);
    }

    private static @Nullable Source inline(Document.Secret secret, String key) {
        byte[] value = secret.data().get(key);
        if (value == null) {
            return null;
        }
        boolean isText = secret.header().root().value("stringData") instanceof Yaml.Mapping m && m.value(key) != null;
        return new Source(
                new String(value, StandardCharsets.UTF_8), (isText ? "stringData" : "data") + "['" + key + "']");
    }

    private @Nullable Source file(@Nullable String file, String key) {
        if (file == null) {
            return null;
        }
        String path = "spec['" + key + "']";
        return switch (scope.referenced().content(file)) {
            case Content.Text content -> new Source(content.text(), path);
            case Content.Unreadable(var reason) -> {
                error(path, "the file " + file + " " + reason);
                yield null;
            }
        };
    }

    private Material material(
            @Nullable Source chain, @Nullable Source key, @Nullable Source authorities, @Nullable Source webhook) {
        if (chain != null && key != null) {
            List<X509Certificate> certificates = certificates(chain);
            if (!certificates.isEmpty()) {
                checkKey(key, certificates.getFirst().getPublicKey());
                warnOfExpiry(chain, certificates.getFirst());
            }
        }
        if (authorities != null) {
            certificates(authorities).forEach(authority -> {
                if (authority.getBasicConstraints() < 0) {
                    error(
                            authorities.path(),
                            "the certificate "
                                    + authority.getSubjectX500Principal().getName() + " is no certificate authority");
                }
                warnOfExpiry(authorities, authority);
            });
        }
        return new Material.Pem(text(chain), text(key), text(authorities), signingKeys(webhook));
    }

    private @Nullable SigningKeys signingKeys(@Nullable Source source) {
        if (source == null) {
            return null;
        }
        try {
            return SigningKeys.parse(source.text());
        } catch (SigningKeys.InvalidKeysException e) {
            error(source.path(), "the key file " + e.getMessage());
            return null;
        }
    }

    private List<X509Certificate> certificates(Source source) {
        try {
            return PemBundle.certificates(source.text());
        } catch (PemException e) {
            error(source.path(), "the certificate file " + e.getMessage());
            return List.of();
        }
    }

    private void checkKey(Source key, PublicKey certified) {
        try {
            if (!PemBundle.belongTogether(PemBundle.privateKey(key.text(), certified), certified)) {
                error(key.path(), "the key does not belong to the certificate");
            }
        } catch (PemException e) {
            error(key.path(), "the key file " + e.getMessage());
        }
    }

    private void warnOfExpiry(Source source, X509Certificate certificate) {
        Instant notAfter = certificate.getNotAfter().toInstant();
        Instant now = Instant.ofEpochMilli(scope.nowMs());
        if (notAfter.minus(EXPIRY_WARNING).isBefore(now)) {
            findings.warning(
                    header.at(source.path()),
                    source.path(),
                    "the certificate " + certificate.getSubjectX500Principal().getName()
                            + (notAfter.isBefore(now) ? " has expired at " : " expires at ")
                            + notAfter);
        }
    }

    private static @Nullable String text(@Nullable Source source) {
        return source == null ? null : source.text();
    }

    private void error(String path, String message) {
        findings.error(header.at(path), path, message);
    }
}
