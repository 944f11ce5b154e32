package io.forebay.admin.call;

/// The kinds of problems of this interface. The code is the end of the stable type URI and names a page in
/// docs/problems.
public enum ProblemKind {
    BAD_REQUEST(400, "bad-request", "The request is not valid HTTP"),
    BAD_PATH(400, "bad-path", "The path is not valid"),
    BAD_PARAMETER(400, "bad-parameter", "A parameter is not as it must be"),
    BAD_BODY(400, "bad-body", "The body is not as it must be"),
    UNAUTHORIZED(401, "unauthorized", "The admin token is needed"),
    NOT_FOUND(404, "not-found", "There is nothing here"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not allowed here"),
    CONFLICT(409, "conflict", "The state does not allow it"),
    BODY_TOO_LARGE(413, "body-too-large", "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The body is of a type that is not understood"),
    INTERNAL(500, "internal", "A fault of the gateway"),
    UNAVAILABLE(503, "unavailable", "Not possible right now"),
    TIMED_OUT(504, "timed-out", "There was no certain answer");

    private static final String TYPE_PREFIX = "https://forebay.io/problems/";

    private final int status;
    private final String code;
    private final String title;

    ProblemKind(int status, String code, String title) {
        this.status = status;
        this.code = code;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String type() {
        return TYPE_PREFIX + code;
    }

    public String title() {
        return title;
    }
}
