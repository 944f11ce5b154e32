package io.forebay.policy;

/// Which client certificates a listener accepts.
///
/// @param caPem the certificate authorities, PEM text
/// @param mode what happens to a client without an acceptable certificate
public record ClientTrust(String caPem, Mode mode) {

    /// The `mode` of the Gateway API's frontend validation.
    public enum Mode {
        /// The handshake fails without a valid certificate (`AllowValidOnly`).
        VALID_ONLY,
        /// The handshake goes on; what did not verify gives no identity (`AllowInsecureFallback`).
        INSECURE_FALLBACK
    }
}
