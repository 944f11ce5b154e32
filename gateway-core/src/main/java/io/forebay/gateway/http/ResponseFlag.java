package io.forebay.gateway.http;

import java.util.Locale;

/// Why a call was refused or has failed: one word of a closed list, in the access log, in meters and in spans. What
/// ended well, an upstream's own error included, has none.
///
/// A refusal's flag is the code of its problem type; failures of upstreams and of clients have finer ones. A reason is
/// finer still, and open: it tells what is wrong with a token, say, where the flag is `token-invalid`.
/// docs/response-flags.md has a row for each, with Envoy's flag beside it, and a test keeps the two equal.
public enum ResponseFlag {
    MALFORMED_REQUEST,
    HEAD_TOO_LARGE,
    HEAD_TIMEOUT,
    OVERLOADED,
    NOT_IMPLEMENTED,
    VERSION_NOT_SUPPORTED,
    EXPECTATION_FAILED,
    MISDIRECTED_REQUEST,
    NO_ROUTE,
    ROUTE_INVALID,
    BACKEND_INVALID,
    TOKEN_MISSING,
    TOKEN_INVALID,
    AUTHORIZATION_MALFORMED,
    KEYS_UNAVAILABLE,
    CERTIFICATE_REQUIRED,
    FORBIDDEN,
    LIMIT_EXCEEDED,
    BODY_TOO_LARGE,
    MEDIA_TYPE_NOT_SUPPORTED,
    RANGE_NOT_SATISFIABLE,
    IDEMPOTENCY_KEY_MISSING,
    IDEMPOTENCY_KEY_INVALID,
    IDEMPOTENCY_KEY_REUSED,
    SCHEMA_VERSION_UNKNOWN,
    BODY_NOT_VALID,
    JOB_OPTION_INVALID,
    BATCH_ITEM_INVALID,
    BATCH_TOO_LONG,
    CALL_IN_PROGRESS,
    OUTCOME_UNKNOWN,
    METHOD_NOT_ALLOWED,
    JOB_NOT_FOUND,
    JOB_NOT_FINISHED,
    JOB_WITHOUT_RESULT,
    JOB_ENDED,
    RESULT_GONE,
    LEASE_STALE,
    EVENTS_FULL,
    EVENTS_MISSING,
    QUEUE_NOT_PULLED,
    PARAMETER_INVALID,
    QUEUE_FULL,
    QUOTA_EXCEEDED,
    QUEUE_TOO_SLOW,
    QUEUE_PAUSED,
    VALIDATION_BUSY,
    QUEUE_MISSING,
    STORE_BUSY,
    STORE_UNAVAILABLE,
    STORE_DAMAGED,
    SHARD_UNAVAILABLE,
    DISK_FULL,
    FAULT_INJECTED,
    NO_READY_ENDPOINT,
    GATEWAY_OUT_OF_SOCKETS,
    UPSTREAM_MALFORMED,
    INTERNAL,

    /// Nobody listens at the endpoint.
    UPSTREAM_CONNECT_REFUSED,
    /// No connection within the connect timeout.
    UPSTREAM_CONNECT_TIMEOUT,
    /// Any other way a connection did not come about.
    UPSTREAM_CONNECT_FAILED,
    /// The endpoint's name has no address.
    UPSTREAM_NAME_UNRESOLVED,
    /// The handshake failed: mostly a certificate that the policy does not trust.
    UPSTREAM_TLS_FAILED,
    /// The connection closed before the answer began.
    UPSTREAM_RESET_BEFORE_ANSWER,
    /// The connection closed inside the answer; the client saw it cut off.
    UPSTREAM_RESET_DURING_ANSWER,
    /// The time for the whole request is over.
    REQUEST_TIMEOUT,
    /// The time for one try is over, and not since the endpoint alone was slow.
    BACKEND_REQUEST_TIMEOUT,
    /// The time for one try is over; the endpoint had the whole request and had not begun to answer.
    UPSTREAM_FIRST_BYTE_TIMEOUT,
    /// Nothing came either way for too long.
    STREAM_IDLE_TIMEOUT,
    /// The answer's head, or an answer that must be kept whole, is longer than it may be.
    UPSTREAM_ANSWER_TOO_LARGE,
    /// No endpoint is ready, and the breaker of one is not closed.
    BREAKER_OPEN,
    /// Too many requests wait for a connection to the backend.
    BACKEND_PENDING_LIMIT,
    /// Too many requests are under way to the backend.
    BACKEND_REQUESTS_LIMIT,
    /// As many requests are under way as the backend can bear just now.
    BACKEND_ADAPTIVE_LIMIT,
    /// Too many of the backend's last calls have failed, and this one was not made.
    BACKEND_NOT_ADMITTED,
    /// The client left before it had the whole answer.
    CLIENT_GONE,
    /// The client was given up: it sent its body, or took its answer, too slowly.
    CLIENT_TIMEOUT,
    /// Memory of the gateway was short, and this call held most of it.
    OVERLOAD_RESET,
    /// The request came on a connection that the gateway had just ended, since the client rested while the gateway
    /// drained. It was not processed.
    CONNECTION_ENDED,
    /// The gateway stopped before the answer was whole: the time to drain was over.
    GATEWAY_CLOSED,
    /// A job's attempt was ended by the gateway: the job was canceled, or its lease or its answer lost.
    ATTEMPT_ENDED,
    /// What is kept of an answer could not be read to its end.
    BODY_UNREADABLE;

    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// Lower case with hyphens, stable across releases.
    public String code() {
        return code;
    }
}
