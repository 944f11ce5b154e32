package io.forebay.gateway.problem;

import io.forebay.gateway.http.ResponseHead;
import java.nio.charset.StandardCharsets;

/// A problem as a gRPC client is told of it: 200 with the status in the head, and nothing after it ("Trailers-Only"
/// of the gRPC protocol over HTTP/2). The codes are those of gRPC's own mapping of HTTP statuses; where that has
/// nothing but UNKNOWN, or sends a client with a spent limit or a passed deadline to try again at once, the code that
/// says so.
final class GrpcRefusal {
    private static final int UNKNOWN = 2;
    private static final int INVALID_ARGUMENT = 3;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int ABORTED = 10;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private GrpcRefusal() {}

    static ResponseHead head(Problem problem) {
        ResponseHead head = new ResponseHead()
                .begin(200)
                .add("content-type", "application/grpc")
                .add("cache-control", "no-store")
                .add("grpc-status", Integer.toString(code(problem)))
                .add("grpc-message", message(problem));
        for (Problem.Header header : problem.headers()) {
            head.add(header.name(), header.value());
        }
        return head;
    }

    private static int code(Problem problem) {
        return problem.extension() instanceof Problem.Extension.Injected(int _, int asked) && asked > 0
                ? asked
                : code(problem.status());
    }

    static int code(int status) {
        return switch (status) {
            case 400, 500 -> INTERNAL;
            case 415, 422 -> INVALID_ARGUMENT;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 409 -> ABORTED;
            case 413, 429, 431, 507 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /// The reason first, for machines; then what a person reads. Percent-encoded as the protocol has it.
    private static String message(Problem problem) {
        String detail = problem.detail() == null ? "" : ": " + problem.detail();
        byte[] text = (problem.reason() + ": " + problem.type().title() + detail).getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(text.length + 16);
        for (byte b : text) {
            if (b >= 0x20 && b <= 0x7e && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
            }
        }
        return encoded.toString();
    }
}
