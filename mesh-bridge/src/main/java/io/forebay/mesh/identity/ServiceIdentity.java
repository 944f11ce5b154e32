package io.forebay.mesh.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The name of a service, as SPIFFE writes it: `spiffe://trust-domain/path`. Always valid by the SPIFFE ID
/// specification, sections 2.1 to 2.3, and in the one spelling that exists of it, so equal names are equal strings:
/// no upper case in scheme and trust domain, no percent-encoding, no empty, `.` or `..` segments, no trailing slash.
///
/// @param path empty, or `/` and segments
public record ServiceIdentity(String trustDomain, String path) {
    /// Longest name the specification lets anyone issue.
    public static final int NAME_BYTES_MAX = 2_048;

    private static final int TRUST_DOMAIN_BYTES_MAX = 255;
    private static final String SCHEME = "spiffe://";
    /// The kind of a URI among the alternative names of a certificate (RFC 5280, section 4.2.1.6).
    private static final int URI_NAME = 6;

    public ServiceIdentity {
        String fault = fault(SCHEME + trustDomain + path);
        if (fault == null && (trustDomain.indexOf('/') >= 0 || !(path.isEmpty() || path.startsWith("/")))) {
            fault = "the trust domain ends where the path begins with a slash";
        }
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /// The identity that bears this name.
    ///
    /// @throws IllegalArgumentException with what is wrong, if it is not a SPIFFE ID
    public static ServiceIdentity parse(String name) {
        String fault = fault(name);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        int pathAt = pathStart(name);
        return new ServiceIdentity(name.substring(SCHEME.length(), pathAt), name.substring(pathAt));
    }

    /// The identity a certificate bears, or null if it is not an X.509 SVID: that has exactly one URI among its
    /// alternative names, and the URI is a SPIFFE ID (X509-SVID, section 2). Says nothing about trust.
    public static @Nullable ServiceIdentity of(X509Certificate certificate) {
        String uri = onlyUri(certificate);
        return uri == null || fault(uri) != null ? null : parse(uri);
    }

    private static @Nullable String onlyUri(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return null;
        }
        if (names == null) {
            return null;
        }
        List<String> uris = names.stream()
                .filter(name -> name.get(0).equals(URI_NAME))
                .map(name -> (String) name.get(1))
                .toList();
        return uris.size() == 1 ? uris.getFirst() : null;
    }

    /// What keeps the text from being a SPIFFE ID, or null if it is one. The sentence does not repeat the text.
    public static @Nullable String fault(String name) {
        if (name.length() > NAME_BYTES_MAX) {
            return "longer than " + NAME_BYTES_MAX + " bytes";
        }
        if (!name.startsWith(SCHEME)) {
            return "does not begin with " + SCHEME;
        }
        int pathAt = pathStart(name);
        String fault = trustDomainFault(name, pathAt);
        return fault != null ? fault : pathFault(name, pathAt);
    }

    private static int pathStart(String name) {
        int slash = name.indexOf('/', SCHEME.length());
        return slash < 0 ? name.length() : slash;
    }

    private static @Nullable String trustDomainFault(String name, int end) {
        if (end == SCHEME.length()) {
            return "has no trust domain";
        }
        if (end - SCHEME.length() > TRUST_DOMAIN_BYTES_MAX) {
            return "the trust domain is longer than " + TRUST_DOMAIN_BYTES_MAX + " bytes";
        }
        for (int i = SCHEME.length(); i < end; i++) {
            if (!isTrustDomainCharacter(name.charAt(i))) {
                return "the trust domain may contain only a-z, 0-9, dot, dash and underscore";
            }
        }
        return null;
    }

    private static @Nullable String pathFault(String name, int start) {
        int segmentAt = start + 1;
        while (segmentAt <= name.length()) {
            int slash = name.indexOf('/', segmentAt);
            int end = slash < 0 ? name.length() : slash;
            String fault = segmentFault(name, segmentAt, end);
            if (fault != null) {
                return fault;
            }
            segmentAt = end + 1;
        }
        return null;
    }

    private static @Nullable String segmentFault(String name, int start, int end) {
        if (start == end) {
            return "the path has an empty segment or ends with a slash";
        }
        int length = end - start;
        if (length <= 2 && name.startsWith("..".substring(0, length), start)) {
            return "the path has a . or .. segment";
        }
        for (int i = start; i < end; i++) {
            char c = name.charAt(i);
            if (!isTrustDomainCharacter(c) && !(c >= 'A' && c <= 'Z')) {
                return "the path may contain only letters, digits, dot, dash, underscore and slash";
            }
        }
        return null;
    }

    private static boolean isTrustDomainCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    }

    /// Whether both belong to one trust domain.
    public boolean isOfDomainOf(ServiceIdentity other) {
        return trustDomain.equals(other.trustDomain);
    }

    /// The name: the canonical URI.
    @Override
    public String toString() {
        return SCHEME + trustDomain + path;
    }
}
