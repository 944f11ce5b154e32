package io.forebay.gateway.problem;

import io.forebay.gateway.http.ResponseFlag;
import java.util.Locale;

/// The kinds of problem, each with its status and title. The last part of [#uri()] is the constant's name in lower
/// case with hyphens; docs/problems has a section for each, and a test keeps the two equal.
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request is not well-formed HTTP"),
    HEAD_TOO_LARGE(431, "The request's head is too large"),
    HEAD_TIMEOUT(408, "The request's head did not arrive in time"),
    OVERLOADED(503, "The gateway is overloaded"),
    NOT_IMPLEMENTED(501, "The gateway does not support this"),
    VERSION_NOT_SUPPORTED(505, "The HTTP version is not supported"),
    EXPECTATION_FAILED(417, "The expectation is not supported"),
    MISDIRECTED_REQUEST(421, "The connection is not for this host"),
    NO_ROUTE(404, "No route matches the request"),
    ROUTE_INVALID(500, "The route is not valid"),
    BACKEND_INVALID(500, "The route's backend is not valid"),
    TOKEN_MISSING(401, "A token is required"),
    TOKEN_INVALID(401, "The token was not accepted"),
    AUTHORIZATION_MALFORMED(400, "The Authorization field is malformed"),
    KEYS_UNAVAILABLE(503, "The provider's keys are not available"),
    CERTIFICATE_REQUIRED(401, "A client certificate is required"),
    FORBIDDEN(403, "The caller is not allowed to do this"),
    LIMIT_EXCEEDED(429, "A rate limit is spent"),
    BODY_TOO_LARGE(413, "The body is too large"),
    MEDIA_TYPE_NOT_SUPPORTED(415, "The body is of a type that is not taken here"),
    RANGE_NOT_SATISFIABLE(416, "The range is not of this representation"),
    IDEMPOTENCY_KEY_MISSING(400, "An idempotency key is required"),
    IDEMPOTENCY_KEY_INVALID(400, "The idempotency key is not valid"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request"),
    SCHEMA_VERSION_UNKNOWN(422, "The version of the queue's schema is not accepted"),
    BODY_NOT_VALID(422, "The body is not valid by the queue's schema"),
    JOB_OPTION_INVALID(400, "An option of the job is not valid"),
    BATCH_ITEM_INVALID(400, "A line of the batch is not valid"),
    BATCH_TOO_LONG(413, "The batch is too long to be accepted as one"),
    CALL_IN_PROGRESS(409, "The call with this idempotency key is under way"),
    OUTCOME_UNKNOWN(409, "What became of the call with this idempotency key is not known"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    JOB_NOT_FOUND(404, "There is no such job"),
    JOB_NOT_FINISHED(409, "The job has no result yet"),
    JOB_WITHOUT_RESULT(409, "The job ended without a result"),
    JOB_ENDED(409, "The job has ended"),
    RESULT_GONE(410, "The result was deleted after its retention"),
    LEASE_STALE(409, "The lease is no longer the job's current one"),
    EVENTS_FULL(409, "No more events of this job are kept"),
    EVENTS_MISSING(409, "The events before these are missing"),
    QUEUE_NOT_PULLED(409, "The gateway itself works this queue off"),
    PARAMETER_INVALID(400, "A parameter is not valid"),
    QUEUE_FULL(503, "The queue is full"),
    QUOTA_EXCEEDED(429, "The tenant has as much in the queue as one tenant may"),
    QUEUE_TOO_SLOW(503, "The job would not begin in time"),
    QUEUE_PAUSED(503, "The queue takes no jobs at the moment"),
    VALIDATION_BUSY(503, "Too many bodies wait to be validated"),
    QUEUE_MISSING(503, "The queue is not configured"),
    STORE_BUSY(503, "The job store takes no more at the moment"),
    STORE_UNAVAILABLE(503, "The job store is not available"),
    STORE_DAMAGED(500, "A stored value is damaged"),
    SHARD_UNAVAILABLE(503, "The node that has the job cannot be asked"),
    DISK_FULL(507, "The disk is full"),
    FAULT_INJECTED(503, "The policy has let the call fail"),
    NO_READY_ENDPOINT(503, "No endpoint of the backend is ready"),
    BACKEND_LIMIT(503, "A limit of the backend is reached"),
    GATEWAY_OUT_OF_SOCKETS(503, "The gateway cannot open another connection"),
    UPSTREAM_UNREACHABLE(502, "The upstream could not be reached"),
    UPSTREAM_RESET(502, "The upstream closed the connection"),
    UPSTREAM_MALFORMED(502, "The upstream's answer is not valid"),
    UPSTREAM_TIMEOUT(504, "The upstream did not answer in time"),
    INTERNAL(500, "The gateway failed");

    private static final String BASE = "https://forebay.io/problems/";

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /// The status it is answered with.
    public int status() {
        return status;
    }

    /// The same sentence each time (RFC 9457 section 3.1.3).
    public String title() {
        return title;
    }

    /// The name that ends the URI.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What a call that it ends is marked with, unless whoever ends it knows better.
    public ResponseFlag flag() {
        return switch (this) {
            case UPSTREAM_UNREACHABLE -> ResponseFlag.UPSTREAM_CONNECT_FAILED;
            case UPSTREAM_RESET -> ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER;
            case UPSTREAM_TIMEOUT -> ResponseFlag.REQUEST_TIMEOUT;
            case BACKEND_LIMIT -> ResponseFlag.BACKEND_REQUESTS_LIMIT;
            default -> ResponseFlag.valueOf(name());
        };
    }

    /// Stable across releases.
    public String uri() {
        return BASE + code();
    }
}
