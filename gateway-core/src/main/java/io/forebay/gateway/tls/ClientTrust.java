package io.forebay.gateway.tls;

import io.netty.handler.ssl.ClientAuth;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// What one host believes of clients: the authorities of its bundle and whether a certificate is needed.
/// Immutable; two with the same authorities and the same demand are equal, whatever the order or the spelling
/// of their bundles.
///
/// Paths follow RFC 5280: signatures, validity, basic constraints, name constraints, key usage and, where the
/// leaf limits its use, `clientAuth`. An authority that has itself run out is no anchor. Called on event loops;
/// shared by all of them.
final class ClientTrust {
    private static final int CHAIN_CERTIFICATES_MAX = 8;
    /// Names of authorities are a hint in the CertificateRequest, whose list holds 64 KiB: longer lists are not
    /// sent.
    private static final int HINT_BYTES_MAX = 32 * 1024;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final ClientTrust NOBODY = new ClientTrust(ClientAuth.NONE, List.of(), "");

    private final ClientAuth demand;
    private final List<X509Certificate> authorities;
    private final String fingerprint;
    private final Set<X500Principal> authorityNames;

    private ClientTrust(ClientAuth demand, List<X509Certificate> authorities, String fingerprint) {
        this.demand = demand;
        this.authorities = List.copyOf(authorities);
        this.fingerprint = fingerprint;
        this.authorityNames = authorities.stream()
                .map(X509Certificate::getSubjectX500Principal)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Of hosts that ask nothing.
    static ClientTrust nobody() {
        return NOBODY;
    }

    static ClientTrust of(ClientValidation validation) throws GeneralSecurityException {
        return switch (validation) {
            case ClientValidation.None() -> NOBODY;
            case ClientValidation.IfPresented(String pem) -> of(ClientAuth.OPTIONAL, Pem.certificates(pem));
            case ClientValidation.Required(String pem) -> of(ClientAuth.REQUIRE, Pem.certificates(pem));
        };
    }

    private static ClientTrust of(ClientAuth demand, List<X509Certificate> authorities)
            throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        Set<String> digests = new TreeSet<>();
        for (X509Certificate authority : authorities) {
            requireAuthority(authority);
            digests.add(HexFormat.of().formatHex(sha256.digest(authority.getEncoded())));
        }
        return new ClientTrust(demand, authorities, String.join(",", digests));
    }

    /// The JDK asks no questions of an anchor, so a mere leaf in a bundle could issue: refused when the bundle
    /// is read.
    private static void requireAuthority(X509Certificate certificate) throws CertificateException {
        boolean @Nullable [] keyUsage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || (keyUsage != null && !keyUsage[5])) {
            throw new CertificateException(
                    "'" + certificate.getSubjectX500Principal().getName() + "' is not a certificate authority");
        }
    }

    /// Text that differs between any two that are not equal.
    String identity() {
        return demand + ":" + fingerprint;
    }

    ClientAuth demand() {
        return demand;
    }

    /// The authorities to name to the client when it is asked for a certificate.
    X509Certificate[] hintedAuthorities() {
        int bytes = authorityNames.stream()
                .mapToInt(name -> name.getEncoded().length + 2)
                .sum();
        return bytes > HINT_BYTES_MAX ? new X509Certificate[0] : authorities.toArray(X509Certificate[]::new);
    }

    /// Whether a client with this chain (leaf first; null or empty: it showed none) would be let in at `nowMs`.
    boolean admits(@Nullable List<X509Certificate> chain, long nowMs) {
        if (chain == null || chain.isEmpty()) {
            return demand != ClientAuth.REQUIRE;
        }
        try {
            validate(chain, nowMs);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /// Validates what a client showed, leaf first, the rest in any order.
    ///
    /// @throws CertificateException no path leads to an authority, or one does and breaks a rule: the
    ///     message says which
    void validate(List<X509Certificate> chain, long nowMs) throws CertificateException {
        if (demand == ClientAuth.NONE) {
            throw new CertificateException("no client certificate is accepted here");
        }
        if (chain.size() > CHAIN_CERTIFICATES_MAX) {
            throw new CertificateException("the client sent " + chain.size() + " certificates, at most "
                    + CHAIN_CERTIFICATES_MAX + " are read");
        }
        validateUsage(chain.getFirst());
        validatePath(chain, nowMs);
    }

    private static void validateUsage(X509Certificate leaf) throws CertificateException {
        boolean @Nullable [] keyUsage = leaf.getKeyUsage();
        if (keyUsage != null && !keyUsage[0]) {
            throw new CertificateException("the certificate's key usage lacks digitalSignature");
        }
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages != null && !usages.contains(CLIENT_AUTH) && !usages.contains(ANY_USAGE)) {
            throw new CertificateException("the certificate's extended key usage lacks clientAuth");
        }
    }

    /// Walks from the leaf to each point where an authority is the issuer: the first path that validates is
    /// enough. A client may send more than one path needs (cross-signed authorities), so a path that fails is
    /// prolonged, not refused.
    private void validatePath(List<X509Certificate> sent, long nowMs) throws CertificateException {
        Set<TrustAnchor> anchors = anchorsAt(nowMs);
        List<X509Certificate> unused = new ArrayList<>(sent.subList(1, sent.size()));
        List<X509Certificate> path = new ArrayList<>(List.of(sent.getFirst()));
        @Nullable CertificateException failure = null;
        while (true) {
            X500Principal issuer = path.getLast().getIssuerX500Principal();
            if (authorityNames.contains(issuer)) {
                failure = failureOf(path, anchors, nowMs);
                if (failure == null) {
                    return;
                }
            }
            X509Certificate next = take(unused, issuer);
            if (next == null) {
                throw failure != null ? failure : new CertificateException("no path to an accepted authority");
            }
            path.add(next);
        }
    }

    private static @Nullable X509Certificate take(List<X509Certificate> unused, X500Principal subject) {
        for (X509Certificate candidate : unused) {
            if (candidate.getSubjectX500Principal().equals(subject)) {
                unused.remove(candidate);
                return candidate;
            }
        }
        return null;
    }

    private static @Nullable CertificateException failureOf(
            List<X509Certificate> path, Set<TrustAnchor> anchors, long nowMs) {
        if (anchors.isEmpty()) {
            return new CertificateException("no accepted authority is valid at this time");
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(Instant.ofEpochMilli(nowMs)));
            PKIXCertPathValidatorResult result = (PKIXCertPathValidatorResult) CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return result.getTrustAnchor() == null ? new CertificateException("no trust anchor") : null;
        } catch (CertificateException e) {
            return e;
        } catch (GeneralSecurityException e) {
            return new CertificateException(e.getMessage(), e);
        }
    }

    private Set<TrustAnchor> anchorsAt(long nowMs) {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate authority : authorities) {
            if (authority.getNotBefore().toInstant().toEpochMilli() <= nowMs
                    && nowMs <= authority.getNotAfter().toInstant().toEpochMilli()) {
                anchors.add(new TrustAnchor(authority, null));
            }
        }
        return anchors;
    }

    /// The first moment at which a chain admitted now may stop being so: a certificate of it, or an authority,
    /// runs out.
    long validUntilMs(List<X509Certificate> chain, long nowMs) {
        long untilMs = Long.MAX_VALUE;
        for (List<X509Certificate> certificates : Arrays.asList(chain, authorities)) {
            for (X509Certificate certificate : certificates) {
                long notAfterMs = certificate.getNotAfter().toInstant().toEpochMilli();
                if (notAfterMs >= nowMs) {
                    untilMs = Math.min(untilMs, notAfterMs);
                }
            }
        }
        return untilMs;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientTrust that && demand == that.demand && fingerprint.equals(that.fingerprint);
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode() * 31 + demand.hashCode();
    }
}
