package io.forebay.gateway.tls;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Pattern;

/// One server name of a listener, with the certificate shown for it and what is asked of its clients.
///
/// @param hostname an exact DNS name, `*.` and a DNS name (any number of labels stand for the star, never
///     none), or empty for every name that nothing else matches and for clients that send none
/// @param certificateChainPem the leaf first, then its issuers; the root may be left out
/// @param privateKeyPem PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted
/// @param isRelayed what comes out of the TLS is not HTTP but relayed as it is: no protocol is agreed on (ALPN), and
///     each side ends by itself
public record TlsHost(
        String hostname,
        String certificateChainPem,
        String privateKeyPem,
        ClientValidation clientValidation,
        boolean isRelayed) {

    /// One that speaks HTTP.
    public TlsHost(
            String hostname, String certificateChainPem, String privateKeyPem, ClientValidation clientValidation) {
        this(hostname, certificateChainPem, privateKeyPem, clientValidation, false);
    }

    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final int NAME_CHARS_MAX = 253;

    public TlsHost {
        hostname = requireNonNull(hostname, "hostname").toLowerCase(Locale.ROOT);
        requireNonNull(certificateChainPem, "certificateChainPem");
        requireNonNull(privateKeyPem, "privateKeyPem");
        requireNonNull(clientValidation, "clientValidation");
        if (!hostname.isEmpty()
                && (hostname.length() > NAME_CHARS_MAX
                        || !NAME.matcher(hostname).matches())) {
            throw new IllegalArgumentException("hostname '" + hostname
                    + "': expected a DNS name, '*.' and a DNS name, or nothing for the default");
        }
    }

    boolean isDefault() {
        return hostname.isEmpty();
    }

    boolean isWildcard() {
        return hostname.startsWith("*.");
    }

    /// How messages call this host.
    String label() {
        return isDefault() ? "(default)" : hostname;
    }

    /// Leaves the key out, so that it reaches no log.
    @Override
    public String toString() {
        return "TlsHost[" + label() + ", " + clientValidation.getClass().getSimpleName() + "]";
    }
}
