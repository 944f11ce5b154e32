package io.forebay.gateway.problem;

import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.Refusal;

/// Maps each refusal and failure of the system to its problem: one exhaustive switch a family and no default, so that
/// a new case does not compile until it has an answer.
public final class ProblemCatalog {
    private static final String RETRY_AFTER = "retry-after";

    private ProblemCatalog() {}

    public static Problem of(Refusal refusal) {
        String reason = refusal.reason();
        return switch (refusal) {
            case Refusal.NoRoute r -> Problem.of(ProblemType.NO_ROUTE, reason);
            case Refusal.Misdirected r -> Problem.of(ProblemType.MISDIRECTED_REQUEST, reason);
            case Refusal.RouteInvalid r -> Problem.of(ProblemType.ROUTE_INVALID, reason, r.fault());
            case Refusal.TokenMissing r ->
                Problem.of(ProblemType.TOKEN_MISSING, reason).with("www-authenticate", "Bearer realm=\"forebay\"");
            case Refusal.TokenInvalid r -> tokenInvalid(r);
            case Refusal.KeysUnavailable r ->
                Problem.of(ProblemType.KEYS_UNAVAILABLE, reason).with(RETRY_AFTER, "1");
            case Refusal.CertificateRequired r -> Problem.of(ProblemType.CERTIFICATE_REQUIRED, reason);
            case Refusal.Forbidden r -> Problem.of(ProblemType.FORBIDDEN, reason);
            case Refusal.LimitExceeded r ->
                Problem.of(ProblemType.LIMIT_EXCEEDED, reason).with(RETRY_AFTER, Long.toString(r.retryAfterSeconds()));
            case Refusal.BodyTooLarge r ->
                Problem.of(ProblemType.BODY_TOO_LARGE, reason, "at most " + r.bodyBytesMax() + " bytes");
            case Refusal.IdempotencyKeyMissing r ->
                Problem.of(ProblemType.IDEMPOTENCY_KEY_MISSING, reason, "expected in the field " + r.header());
            case Refusal.JobOptionInvalid r ->
                Problem.of(
                        ProblemType.JOB_OPTION_INVALID,
                        reason,
                        "expected " + r.expected() + " in the field " + r.header());
            case Refusal.MediaTypeNotSupported r ->
                Problem.of(ProblemType.MEDIA_TYPE_NOT_SUPPORTED, reason, "expected " + r.expected());
            case Refusal.SchemaVersionUnknown r ->
                Problem.of(ProblemType.SCHEMA_VERSION_UNKNOWN, reason, "accepted: " + String.join(", ", r.accepted()))
                        .with(new Problem.Extension.Accepted(r.accepted()));
            case Refusal.BodyNotValid r ->
                Problem.of(ProblemType.BODY_NOT_VALID, reason).with(new Problem.Extension.Errors(r.violations()));
            case Refusal.IdempotencyKeyInvalid r ->
                Problem.of(
                        ProblemType.IDEMPOTENCY_KEY_INVALID,
                        reason,
                        "the field " + r.header() + " holds no string of 1 to 255 bytes");
        };
    }

    private static Problem tokenInvalid(Refusal.TokenInvalid refusal) {
        if (refusal.fault().isMalformedRequest()) {
            return Problem.of(ProblemType.AUTHORIZATION_MALFORMED, refusal.reason())
                    .with("www-authenticate", "Bearer realm=\"forebay\", error=\"invalid_request\"");
        }
        return Problem.of(ProblemType.TOKEN_INVALID, refusal.reason())
                .with("www-authenticate", "Bearer realm=\"forebay\", error=\"invalid_token\"");
    }

    public static Problem of(Malformed malformed) {
        ProblemType type = switch (malformed.status()) {
            case 421 -> ProblemType.MISDIRECTED_REQUEST;
            case 431 -> ProblemType.HEAD_TOO_LARGE;
            case 501 -> ProblemType.NOT_IMPLEMENTED;
            case 505 -> ProblemType.VERSION_NOT_SUPPORTED;
            case 417 -> ProblemType.EXPECTATION_FAILED;
            default -> ProblemType.MALFORMED_REQUEST;
        };
        return Problem.of(type, malformed.reason());
    }

    public static Problem of(UpstreamFailure failure) {
        String reason = failure.reason();
        Problem problem = switch (failure) {
            case UpstreamFailure.ConnectFailure f -> Problem.of(ProblemType.UPSTREAM_UNREACHABLE, reason);
            case UpstreamFailure.SocketUnavailable f -> Problem.of(ProblemType.GATEWAY_OUT_OF_SOCKETS, reason);
            case UpstreamFailure.ResetBeforeAnswer f -> Problem.of(ProblemType.UPSTREAM_RESET, reason);
            case UpstreamFailure.ReplayLost f -> Problem.of(ProblemType.UPSTREAM_RESET, reason);
            case UpstreamFailure.ResetDuringAnswer f -> Problem.of(ProblemType.UPSTREAM_RESET, reason);
            case UpstreamFailure.RequestTimeout f -> Problem.of(ProblemType.UPSTREAM_TIMEOUT, reason);
            case UpstreamFailure.BackendRequestTimeout f -> Problem.of(ProblemType.UPSTREAM_TIMEOUT, reason);
            case UpstreamFailure.StreamIdleTimeout f -> Problem.of(ProblemType.UPSTREAM_TIMEOUT, reason);
            case UpstreamFailure.MalformedAnswer f -> Problem.of(ProblemType.UPSTREAM_MALFORMED, reason);
            case UpstreamFailure.AnswerTooLarge f -> Problem.of(ProblemType.UPSTREAM_MALFORMED, reason);
            case UpstreamFailure.NoReadyEndpoint f ->
                Problem.of(ProblemType.NO_READY_ENDPOINT, reason).with(RETRY_AFTER, "1");
            case UpstreamFailure.LimitReached f -> busy(ProblemType.BACKEND_LIMIT, reason);
            case UpstreamFailure.AdaptiveLimitReached f -> busy(ProblemType.BACKEND_LIMIT, reason);
            case UpstreamFailure.NotAdmitted f -> busy(ProblemType.BACKEND_LIMIT, reason);
        };
        return problem.marked(flag(failure));
    }

    /// What a call that fails so is marked with.
    public static ResponseFlag flag(UpstreamFailure failure) {
        return switch (failure) {
            case UpstreamFailure.ConnectRefused f -> ResponseFlag.UPSTREAM_CONNECT_REFUSED;
            case UpstreamFailure.ConnectTimeout f -> ResponseFlag.UPSTREAM_CONNECT_TIMEOUT;
            case UpstreamFailure.ConnectFailed f -> ResponseFlag.UPSTREAM_CONNECT_FAILED;
            case UpstreamFailure.NameUnresolved f -> ResponseFlag.UPSTREAM_NAME_UNRESOLVED;
            case UpstreamFailure.TlsFailed f -> ResponseFlag.UPSTREAM_TLS_FAILED;
            case UpstreamFailure.SocketUnavailable f -> ResponseFlag.GATEWAY_OUT_OF_SOCKETS;
            case UpstreamFailure.ResetBeforeAnswer f -> ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER;
            case UpstreamFailure.ReplayLost f -> ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER;
            case UpstreamFailure.ResetDuringAnswer f -> ResponseFlag.UPSTREAM_RESET_DURING_ANSWER;
            case UpstreamFailure.RequestTimeout f -> ResponseFlag.REQUEST_TIMEOUT;
            case UpstreamFailure.BackendRequestTimeout f ->
                f.isEndpointFault() ? ResponseFlag.UPSTREAM_FIRST_BYTE_TIMEOUT : ResponseFlag.BACKEND_REQUEST_TIMEOUT;
            case UpstreamFailure.StreamIdleTimeout f -> ResponseFlag.STREAM_IDLE_TIMEOUT;
            case UpstreamFailure.MalformedAnswer f -> ResponseFlag.UPSTREAM_MALFORMED;
            case UpstreamFailure.AnswerTooLarge f -> ResponseFlag.UPSTREAM_ANSWER_TOO_LARGE;
            case UpstreamFailure.NoReadyEndpoint f -> ResponseFlag.NO_READY_ENDPOINT;
            case UpstreamFailure.AdaptiveLimitReached f -> ResponseFlag.BACKEND_ADAPTIVE_LIMIT;
            case UpstreamFailure.NotAdmitted f -> ResponseFlag.BACKEND_NOT_ADMITTED;
            case UpstreamFailure.LimitReached f ->
                switch (f.resource()) {
                    case PENDING, CONNECTIONS -> ResponseFlag.BACKEND_PENDING_LIMIT;
                    case REQUESTS, RETRIES -> ResponseFlag.BACKEND_REQUESTS_LIMIT;
                };
        };
    }

    public static Problem of(StoreRefusal refusal) {
        return switch (refusal) {
            case StoreRefusal.Busy r -> busy(ProblemType.STORE_BUSY, "store-busy");
            case StoreRefusal.IntakePaused r -> busy(ProblemType.STORE_BUSY, "intake-paused");
            case StoreRefusal.QueueFull r -> busy(ProblemType.QUEUE_FULL, "queue-full");
            case StoreRefusal.TenantFull r -> busy(ProblemType.QUOTA_EXCEEDED, "tenant-full");
            case StoreRefusal.BytesFull r -> busy(ProblemType.QUEUE_FULL, "queue-bytes-full");
            case StoreRefusal.OfItem r -> of(r.why()).ofItem(r.item());
            case StoreRefusal.TooManyAhead r ->
                Problem.of(
                                ProblemType.QUEUE_TOO_SLOW,
                                "too-many-ahead",
                                r.ahead() + " jobs are ready, and " + r.aheadMax() + " would begin in time")
                        .with(RETRY_AFTER, "60");
            case StoreRefusal.IntakeStopped r ->
                Problem.of(ProblemType.QUEUE_PAUSED, "intake-stopped")
                        .with(RETRY_AFTER, Long.toString(pauseSeconds(r.untilMs(), System.currentTimeMillis())));
            case StoreRefusal.OperationUnderWay r -> Problem.of(ProblemType.INTERNAL, "operation-under-way");
            case StoreRefusal.QueueMissing r -> busy(ProblemType.QUEUE_MISSING, "queue-missing");
            case StoreRefusal.PayloadTooLarge r ->
                Problem.of(ProblemType.BODY_TOO_LARGE, "body-too-large", "at most " + r.bytesMax() + " bytes");
            case StoreRefusal.DiskFull r -> Problem.of(ProblemType.DISK_FULL, "disk-full");
            case StoreRefusal.Unavailable r -> busy(ProblemType.STORE_UNAVAILABLE, "store-unavailable");
            case StoreRefusal.FingerprintMismatch r ->
                Problem.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "idempotency-key-reused",
                        "the key belongs to a request with another method, target or body");
            case StoreRefusal.NotFound r -> jobNotFound();
            case StoreRefusal.EventsFull r ->
                Problem.of(
                        ProblemType.EVENTS_FULL,
                        "events-full",
                        "at most " + r.eventsMax() + " events and " + r.bytesMax() + " bytes");
            case StoreRefusal.EventsMissing r ->
                Problem.of(ProblemType.EVENTS_MISSING, "events-missing", r.kept() + " events are kept");
            case StoreRefusal.StaleEpoch r -> Problem.of(ProblemType.LEASE_STALE, "lease-stale");
            case StoreRefusal.AlreadyTerminal r -> Problem.of(ProblemType.JOB_ENDED, "job-ended");
            case StoreRefusal.NotRedrivable r -> Problem.of(ProblemType.JOB_ENDED, "job-not-redrivable");
            case StoreRefusal.PayloadGone r -> Problem.of(ProblemType.RESULT_GONE, "result-gone");
            case StoreRefusal.Damaged r -> Problem.of(ProblemType.STORE_DAMAGED, "store-damaged");
            case StoreRefusal.OldGeneration r -> Problem.of(ProblemType.INTERNAL, "old-generation");
        };
    }

    /// The answer to a body that would have to wait long to be validated.
    public static Problem validationBusy() {
        return busy(ProblemType.VALIDATION_BUSY, "validation-busy");
    }

    /// The answer to a job that is not there, and to one that is somebody else's: nobody learns which.
    public static Problem jobNotFound() {
        return Problem.of(ProblemType.JOB_NOT_FOUND, "job-not-found");
    }

    /// The answer to a method that a path of the gateway's own does not take.
    ///
    /// @param allowed the methods that it takes, as the Allow field lists them
    public static Problem methodNotAllowed(String allowed) {
        return Problem.of(ProblemType.METHOD_NOT_ALLOWED, "method-not-allowed").with("allow", allowed);
    }

    /// A minute if nobody knows.
    private static long pauseSeconds(long untilMs, long nowMs) {
        return untilMs == 0 ? 60 : Math.max(1, (untilMs - nowMs + 999) / 1_000);
    }

    private static Problem busy(ProblemType type, String reason) {
        return Problem.of(type, reason).with(RETRY_AFTER, "1");
    }
}
