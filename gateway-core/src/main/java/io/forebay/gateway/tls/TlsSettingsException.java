package io.forebay.gateway.tls;

import org.jspecify.annotations.Nullable;

/// Settings that cannot be served: a PEM text that does not parse, a key that is not the certificate's, no
/// BoringSSL on this platform. The message names the host and the text at fault and never contains key
/// material.
public final class TlsSettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    public TlsSettingsException(String message) {
        this(message, null);
    }

    public TlsSettingsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
