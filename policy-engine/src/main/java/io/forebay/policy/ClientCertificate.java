package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an accepted client certificate says about its holder. Read once per connection by the TLS edge, which has
/// already checked the chain.
///
/// @param spiffeUri the `spiffe://` URI of the subject alternative names, if exactly one is there
/// @param alternativeNames the other subject alternative names in the certificate's order
/// @param subject the subject as RFC 2253 text, possibly empty
/// @param thumbprint SHA-256 of the DER form in lower-case hexadecimal
public record ClientCertificate(
        @Nullable String spiffeUri, List<String> alternativeNames, String subject, String thumbprint) {

    private static final String SPIFFE = "spiffe://";

    public ClientCertificate {
        alternativeNames = List.copyOf(alternativeNames);
        if (spiffeUri != null && !spiffeUri.startsWith(SPIFFE)) {
            throw new IllegalArgumentException("not a SPIFFE URI: " + spiffeUri);
        }
    }

    /// The authority of the SPIFFE URI (SPIFFE-ID section 2.1), or null without one.
    public @Nullable String trustDomain() {
        if (spiffeUri == null) {
            return null;
        }
        int slash = spiffeUri.indexOf('/', SPIFFE.length());
        return slash < 0 ? spiffeUri.substring(SPIFFE.length()) : spiffeUri.substring(SPIFFE.length(), slash);
    }

    /// The name that stays when the certificate is renewed: SPIFFE URI, else the first alternative name, else the
    /// subject.
    public String name() {
        if (spiffeUri != null) {
            return spiffeUri;
        }
        return alternativeNames.isEmpty() ? subject : alternativeNames.getFirst();
    }
}
