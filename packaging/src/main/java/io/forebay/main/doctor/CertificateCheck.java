package io.forebay.main.doctor;

import io.forebay.mesh.identity.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/// When a certificate chain runs out: at the first of its certificates that does.
final class CertificateCheck {
    private static final String NAME = "certificate";
    private static final long DAYS_FEW = 30;

    private CertificateCheck() {}

    /// @param chain a file of PEM; one that cannot be read is a finding too
    static Finding of(String whose, Path chain, Instant now) {
        try {
            return of(whose, Files.readString(chain), now);
        } catch (IOException e) {
            return Finding.failed(NAME, whose + ": " + chain + " cannot be read: " + e, "put a PEM chain there");
        }
    }

    /// @param whose as `listener default/edge/https`
    static Finding of(String whose, String chainPem, Instant now) {
        Instant end = Instant.MAX;
        try {
            for (X509Certificate certificate : Pem.certificates(chainPem)) {
                Instant own = certificate.getNotAfter().toInstant();
                end = own.isBefore(end) ? own : end;
            }
        } catch (CertificateException e) {
            return Finding.failed(NAME, whose + ": " + e.getMessage(), "put a PEM chain there");
        }
        long days = Duration.between(now, end).toDays();
        String figure = whose + ": until " + end + ", " + days + " days";
        if (!end.isAfter(now)) {
            return Finding.failed(NAME, figure, "it has run out: renew it; the files are read anew by themselves");
        }
        return days < DAYS_FEW
                ? Finding.warning(NAME, figure, "renew it; the files are read anew by themselves")
                : Finding.ok(NAME, figure);
    }
}
