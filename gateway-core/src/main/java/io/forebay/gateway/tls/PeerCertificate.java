package io.forebay.gateway.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a validated client certificate says, read once per connection.
///
/// @param chain as the client sent it, leaf first
/// @param subject RFC 2253 form; may be empty
/// @param sha256 of the leaf's DER, lower-case hex
/// @param spiffeId the leaf's URI name if it has exactly one and that is a SPIFFE ID (X509-SVID, section
///     2), else null
/// @param trustDomain of `spiffeId`, else null
/// @param notAfterMs when the leaf runs out
public record PeerCertificate(
        List<X509Certificate> chain,
        String subject,
        String sha256,
        @Nullable String spiffeId,
        @Nullable String trustDomain,
        List<String> dnsNames,
        List<String> uris,
        List<String> emails,
        long notAfterMs) {

    private static final int EMAIL = 1;
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    public PeerCertificate {
        chain = List.copyOf(chain);
        dnsNames = List.copyOf(dnsNames);
        uris = List.copyOf(uris);
        emails = List.copyOf(emails);
    }

    /// @throws CertificateParsingException the names of the leaf are malformed
    static PeerCertificate of(List<X509Certificate> chain) throws CertificateParsingException {
        X509Certificate leaf = chain.getFirst();
        List<String> dnsNames = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        List<String> emails = new ArrayList<>();
        @Nullable Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            switch ((Integer) name.get(0)) {
                case DNS_NAME -> dnsNames.add((String) name.get(1));
                case URI -> uris.add((String) name.get(1));
                case EMAIL -> emails.add((String) name.get(1));
                default -> {}
            }
        }
        @Nullable SpiffeId spiffeId = uris.size() == 1 ? SpiffeId.parse(uris.getFirst()) : null;
        return new PeerCertificate(
                chain,
                leaf.getSubjectX500Principal().getName(),
                HexFormat.of().formatHex(Digests.sha256(encoded(leaf))),
                spiffeId == null ? null : spiffeId.id(),
                spiffeId == null ? null : spiffeId.trustDomain(),
                dnsNames,
                uris,
                emails,
                leaf.getNotAfter().toInstant().toEpochMilli());
    }

    private static byte[] encoded(X509Certificate certificate) throws CertificateParsingException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            CertificateParsingException malformed = new CertificateParsingException(e.getMessage());
            malformed.initCause(e);
            throw malformed;
        }
    }
}
