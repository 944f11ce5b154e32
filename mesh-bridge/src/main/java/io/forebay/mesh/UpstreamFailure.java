package io.forebay.mesh;

/// Why a call to a backend brought no usable answer. Made where the knowledge is (connector, pool, relay), on the
/// loop of the exchange; mapped to a problem by one exhaustive switch in the gateway and to a retry class by the
/// dispatcher. No case carries anything a caller must not read: `detail` is for the log.
///
/// "Provably unprocessed" follows RFC 9110 section 9.2.2 and RFC 9113 section 8.7: the connection never stood, or the
/// upstream said that it did nothing, or the gateway refused before it asked.
public sealed interface UpstreamFailure {
    /// Who gave up.
    enum Source {
        UPSTREAM,
        GATEWAY
    }

    /// What a repeat of the request could do.
    enum Repeat {
        /// The upstream provably did not process the request: any method may be repeated.
        UNPROCESSED,
        /// It may have been processed: repeat only idempotent methods or requests that bear an idempotency key.
        MAYBE_PROCESSED,
        /// An answer has begun, or the budget of all tries is spent: never repeat.
        NEVER
    }

    /// Machine-readable, stable, lower case with hyphens: appears in problems, logs and metrics.
    String reason();

    Source source();

    Repeat repeat();

    /// Whether the endpoint's breaker counts it. A time limit of the whole request does not count: it may have been
    /// spent on other tries or on waiting for a connection.
    boolean isEndpointFault();

    /// The endpoint answered the connection attempt with a refusal.
    record ConnectRefused(Endpoint endpoint) implements ConnectFailure {
        @Override
        public String reason() {
            return "upstream-connect-refused";
        }
    }

    /// No connection within the connect timeout.
    record ConnectTimeout(Endpoint endpoint, long timeoutNs) implements ConnectFailure {
        @Override
        public String reason() {
            return "upstream-connect-timeout";
        }
    }

    /// Any other way a connection did not come about: unreachable, reset, out of local ports.
    record ConnectFailed(Endpoint endpoint, String detail) implements ConnectFailure {
        @Override
        public String reason() {
            return "upstream-connect-failed";
        }
    }

    /// The gateway could not make a socket: it has no more file descriptors.
    record SocketUnavailable(Endpoint endpoint, String detail) implements UpstreamFailure {
        @Override
        public String reason() {
            return "gateway-out-of-sockets";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.UNPROCESSED;
        }

        @Override
        public boolean isEndpointFault() {
            return false;
        }
    }

    /// The call was to be made again, and what was kept of its request's body cannot be read.
    record ReplayLost(Endpoint endpoint) implements UpstreamFailure {
        @Override
        public String reason() {
            return "replay-lost";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.NEVER;
        }

        @Override
        public boolean isEndpointFault() {
            return false;
        }
    }

    /// The name of the endpoint has no address.
    record NameUnresolved(Endpoint endpoint) implements ConnectFailure {
        @Override
        public String reason() {
            return "upstream-name-unresolved";
        }
    }

    /// The TLS handshake failed, for instance since the certificate was not trusted.
    record TlsFailed(Endpoint endpoint, String detail) implements ConnectFailure {
        @Override
        public String reason() {
            return "upstream-tls-failed";
        }
    }

    /// The connection closed before the first byte of an answer.
    ///
    /// @param cause what is known of why
    /// @param isRequestSent whether the whole request had been given to the connection
    record ResetBeforeAnswer(Endpoint endpoint, Cause cause, boolean isRequestSent) implements UpstreamFailure {
        /// Why a connection or stream ended before its answer.
        public enum Cause {
            /// The upstream has said that it did nothing for the request: REFUSED_STREAM, or GOAWAY with an earlier
            /// stream as the last (RFC 9113 section 8.7).
            UNPROCESSED,
            /// The connection had served an earlier request and closed as this one was sent: most likely the upstream
            /// had closed an idle connection (RFC 9112 section 9.3.1), which proves nothing.
            STALE,
            /// The upstream broke over the request.
            BROKEN
        }

        @Override
        public String reason() {
            return "upstream-reset-before-answer";
        }

        @Override
        public Source source() {
            return Source.UPSTREAM;
        }

        @Override
        public Repeat repeat() {
            return cause == Cause.UNPROCESSED ? Repeat.UNPROCESSED : Repeat.MAYBE_PROCESSED;
        }

        @Override
        public boolean isEndpointFault() {
            return cause == Cause.BROKEN;
        }
    }

    /// The connection closed inside the answer.
    record ResetDuringAnswer(Endpoint endpoint) implements UpstreamFailure {
        @Override
        public String reason() {
            return "upstream-reset-during-answer";
        }

        @Override
        public Source source() {
            return Source.UPSTREAM;
        }

        @Override
        public Repeat repeat() {
            return Repeat.NEVER;
        }

        @Override
        public boolean isEndpointFault() {
            return true;
        }
    }

    /// The time for the whole request, all tries together, is over.
    record RequestTimeout(long timeoutNs) implements UpstreamFailure {
        @Override
        public String reason() {
            return "request-timeout";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.NEVER;
        }

        @Override
        public boolean isEndpointFault() {
            return false;
        }
    }

    /// The time for one try is over.
    ///
    /// @param isEndpointFault whether the endpoint had the whole request and had not begun to answer: otherwise the
    ///     time may have been the client's, or spent on waiting for a connection
    record BackendRequestTimeout(Endpoint endpoint, long timeoutNs, boolean isEndpointFault)
            implements UpstreamFailure {
        @Override
        public String reason() {
            return "backend-request-timeout";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.MAYBE_PROCESSED;
        }
    }

    /// Neither side said anything for too long.
    ///
    /// @param isEndpointFault whether it was the endpoint's turn: it had the whole request and no answer had begun
    record StreamIdleTimeout(Endpoint endpoint, long timeoutNs, boolean isEndpointFault) implements UpstreamFailure {
        @Override
        public String reason() {
            return "stream-idle-timeout";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.MAYBE_PROCESSED;
        }
    }

    /// The upstream sent what is not an HTTP answer.
    record MalformedAnswer(Endpoint endpoint, String detail) implements UpstreamFailure {
        @Override
        public String reason() {
            return "upstream-malformed-answer";
        }

        @Override
        public Source source() {
            return Source.UPSTREAM;
        }

        @Override
        public Repeat repeat() {
            return Repeat.NEVER;
        }

        @Override
        public boolean isEndpointFault() {
            return true;
        }
    }

    /// The answer's head, or a body that must be kept whole, exceeds its bound.
    record AnswerTooLarge(Endpoint endpoint, long limitBytes) implements UpstreamFailure {
        @Override
        public String reason() {
            return "upstream-answer-too-large";
        }

        @Override
        public Source source() {
            return Source.GATEWAY;
        }

        @Override
        public Repeat repeat() {
            return Repeat.NEVER;
        }

        @Override
        public boolean isEndpointFault() {
            return false;
        }
    }

    /// Every endpoint of the backend refused the connection or has its breaker open, or there is none.
    record NoReadyEndpoint(BackendId backend) implements Unasked {
        @Override
        public String reason() {
            return "no-ready-endpoint";
        }
    }

    /// The backend's concurrency limit is used up.
    record LimitReached(BackendId backend, BackendResource resource) implements Unasked {
        @Override
        public String reason() {
            return switch (resource) {
                case CONNECTIONS -> "backend-connections-limit";
                case PENDING -> "backend-pending-limit";
                case REQUESTS -> "backend-requests-limit";
                case RETRIES -> "backend-retries-limit";
            };
        }
    }

    /// As many requests are under way as the backend can bear just now.
    record AdaptiveLimitReached(BackendId backend) implements Unasked {
        @Override
        public String reason() {
            return "backend-adaptive-limit";
        }
    }

    /// Too many of the backend's last calls have failed, and this one was drawn not to be made.
    record NotAdmitted(BackendId backend) implements Unasked {
        @Override
        public String reason() {
            return "backend-not-admitted";
        }
    }

    /// No connection stood, so nothing was processed.
    sealed interface ConnectFailure extends UpstreamFailure {
        Endpoint endpoint();

        @Override
        default Source source() {
            return Source.UPSTREAM;
        }

        @Override
        default Repeat repeat() {
            return Repeat.UNPROCESSED;
        }

        @Override
        default boolean isEndpointFault() {
            return true;
        }
    }

    /// The gateway refused on the backend's behalf, before any endpoint was asked.
    sealed interface Unasked extends UpstreamFailure {
        BackendId backend();

        @Override
        default Source source() {
            return Source.GATEWAY;
        }

        @Override
        default Repeat repeat() {
            return Repeat.UNPROCESSED;
        }

        @Override
        default boolean isEndpointFault() {
            return false;
        }
    }
}
