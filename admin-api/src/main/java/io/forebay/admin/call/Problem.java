package io.forebay.admin.call;

import java.util.Map;

/// Why a call did not do what it was asked (RFC 9457).
///
/// @param reason machine-readable, stable, finer than the kind
/// @param detail one sentence for a person, without secrets
/// @param headers fields the status demands, such as Allow or Retry-After
public record Problem(ProblemKind kind, String reason, String detail, Map<String, String> headers) {
    public Problem {
        headers = Map.copyOf(headers);
    }

    public Problem(ProblemKind kind, String reason, String detail) {
        this(kind, reason, detail, Map.of());
    }

    /// The problem as an answer; its `instance` is the trace id, under which the log has the cause.
    public Answer answer(String traceId) {
        return new Answer(
                kind.status(),
                "application/problem+json",
                Json.bytes(new Document(kind.type(), kind.title(), kind.status(), detail, reason, traceId)),
                headers);
    }

    /// The members of a problem document.
    public record Document(String type, String title, int status, String detail, String reason, String instance) {}
}
