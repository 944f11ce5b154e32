package io.forebay.gateway.tls;

import static java.util.Objects.requireNonNull;

/// What a host asks of a client's certificate, with the PEM bundle of the authorities it believes.
///
/// Every certificate of the bundle is a trust anchor, an intermediate as much as a root.
public sealed interface ClientValidation {

    /// No certificate is asked for; one that is offered anyway is not read.
    record None() implements ClientValidation {}

    /// A client may stay anonymous; a certificate that is shown must be valid.
    record IfPresented(String authoritiesPem) implements ClientValidation {
        public IfPresented {
            requireNonNull(authoritiesPem, "authoritiesPem");
        }
    }

    /// No valid certificate, no connection.
    record Required(String authoritiesPem) implements ClientValidation {
        public Required {
            requireNonNull(authoritiesPem, "authoritiesPem");
        }
    }
}
