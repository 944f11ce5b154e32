package io.forebay.policy;

import io.forebay.policy.schema.Violation;
import java.util.List;

/// Why policy says no. One record per reason; the gateway maps them to problems by an exhaustive switch, so a new
/// reason breaks its build until it has a status. [#reason] is stable and machine-readable.
public sealed interface Refusal extends AccessDecision {

    /// Kebab-case code for logs, metrics and problem documents.
    String reason();

    /// No rule matches host, path, method, headers and query: 404.
    record NoRoute() implements Refusal {
        public static final NoRoute INSTANCE = new NoRoute();

        @Override
        public String reason() {
            return "no-route";
        }
    }

    /// The host is another listener's of this port than the one that the connection was made to: 421.
    record Misdirected() implements Refusal {
        public static final Misdirected INSTANCE = new Misdirected();

        @Override
        public String reason() {
            return "misdirected-request";
        }
    }

    /// The rule matched but cannot serve, or the chosen share of its backends is faulty: 500.
    ///
    /// @param rule namespace/name/rule
    /// @param fault the reason its status shows
    record RouteInvalid(String rule, String fault) implements Refusal {
        @Override
        public String reason() {
            return "route-invalid";
        }
    }

    /// Credentials are needed and none came: 401.
    record TokenMissing() implements Refusal {
        public static final TokenMissing INSTANCE = new TokenMissing();

        @Override
        public String reason() {
            return "token-missing";
        }
    }

    /// A token came and was not accepted: 401 with `error="invalid_token"`, or 400 with `invalid_request` where
    /// [Fault#isMalformedRequest].
    record TokenInvalid(Fault fault) implements Refusal {

        /// What was wrong with the token.
        public enum Fault {
            /// The Authorization field is not one well-formed Bearer credential (RFC 6750 section 2.1).
            AUTHORIZATION("token-authorization-malformed"),
            TOO_LARGE("token-too-large"),
            MALFORMED("token-malformed"),
            /// Unknown issuer, or none.
            ISSUER("token-issuer"),
            AUDIENCE("token-audience"),
            /// The header's algorithm is not the key's.
            ALGORITHM("token-algorithm"),
            /// No key of the provider has that `kid`.
            KEY_UNKNOWN("token-key-unknown"),
            SIGNATURE("token-signature"),
            EXPIRED("token-expired"),
            NOT_YET_VALID("token-not-yet-valid"),
            SUBJECT("token-subject-missing"),
            /// A `crit` header names an extension that is not understood (RFC 7515 section 4.1.11).
            CRITICAL("token-critical-extension");

            private final String reason;

            Fault(String reason) {
                this.reason = reason;
            }

            public boolean isMalformedRequest() {
                return this == AUTHORIZATION;
            }
        }

        @Override
        public String reason() {
            return fault.reason;
        }
    }

    /// The provider has no keys yet: 503.
    record KeysUnavailable(String provider) implements Refusal {
        @Override
        public String reason() {
            return "keys-unavailable";
        }
    }

    /// A client certificate is needed and none was presented: 401.
    record CertificateRequired() implements Refusal {
        public static final CertificateRequired INSTANCE = new CertificateRequired();

        @Override
        public String reason() {
            return "certificate-required";
        }
    }

    /// Known, but not allowed: 403.
    ///
    /// @param rule name of the denying rule, or `default`
    record Forbidden(String rule) implements Refusal {
        @Override
        public String reason() {
            return "forbidden";
        }
    }

    /// A rate limit is spent: 429 with Retry-After.
    ///
    /// @param rule namespace/name/rule
    /// @param retryAfterSeconds 1 or more
    record LimitExceeded(String rule, long retryAfterSeconds) implements Refusal {
        @Override
        public String reason() {
            return "limit-exceeded";
        }
    }

    /// The body is larger than the policy allows: 413.
    record BodyTooLarge(long bodyBytesMax) implements Refusal {
        @Override
        public String reason() {
            return "body-too-large";
        }
    }

    /// The OffloadPolicy requires an idempotency key: 400.
    ///
    /// @param header name of the field that should carry it
    record IdempotencyKeyMissing(String header) implements Refusal {
        @Override
        public String reason() {
            return "idempotency-key-missing";
        }
    }

    /// An option of a job cannot be read: 400.
    ///
    /// @param header name of the field
    /// @param expected what it should say
    record JobOptionInvalid(String header, String expected) implements Refusal {
        @Override
        public String reason() {
            return "job-option-invalid";
        }
    }

    /// The idempotency key is no string of 1 to 255 bytes: 400.
    record IdempotencyKeyInvalid(String header) implements Refusal {
        @Override
        public String reason() {
            return "idempotency-key-invalid";
        }
    }

    /// The queue's schemas are of JSON, and the body is of another type: 415.
    ///
    /// @param expected which types are taken
    record MediaTypeNotSupported(String expected) implements Refusal {
        @Override
        public String reason() {
            return "media-type-not-supported";
        }
    }

    /// The body is of a version of the queue's schema that is not accepted: 422.
    ///
    /// @param accepted the names of those that are, oldest first
    record SchemaVersionUnknown(List<String> accepted) implements Refusal {
        public SchemaVersionUnknown {
            accepted = List.copyOf(accepted);
        }

        @Override
        public String reason() {
            return "schema-version-unknown";
        }
    }

    /// The body is not JSON, or not valid by the queue's schema: 422.
    ///
    /// @param violations the first of them
    record BodyNotValid(List<Violation> violations) implements Refusal {
        public BodyNotValid {
            violations = List.copyOf(violations);
        }

        @Override
        public String reason() {
            return "body-not-valid";
        }
    }
}
