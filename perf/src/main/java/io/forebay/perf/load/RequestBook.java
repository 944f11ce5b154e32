package io.forebay.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Every request of a run, written once into native memory before the clock starts, so that sending is one system call
/// on memory nobody copies: a single request, or one for each token, or for each variant. Immutable but for the cursor
/// of the generator's thread.
final class RequestBook {
    private static final long BODY_SEED = 20_260_101L;
    private static final byte[] NOTHING = {};

    private final MemorySegment[] requests;
    private final int[] bodiesAt;
    private final boolean isOnce;
    private int next;

    private RequestBook(List<byte[][]> parts, boolean isOnce, Arena arena) {
        requests = new MemorySegment[parts.size()];
        bodiesAt = new int[parts.size()];
        this.isOnce = isOnce;
        for (int i = 0; i < requests.length; i++) {
            byte[] first = parts.get(i)[0];
            byte[] second = parts.get(i)[1];
            requests[i] = arena.allocate((long) first.length + second.length);
            MemorySegment.copy(first, 0, requests[i], JAVA_BYTE, 0, first.length);
            MemorySegment.copy(second, 0, requests[i], JAVA_BYTE, first.length, second.length);
            bodiesAt[i] = first.length;
        }
    }

    /// @throws IOException when the token file cannot be read or holds no token, or a request cannot be written
    static RequestBook write(LoadPlan plan, Arena arena) throws IOException {
        byte[] body = new byte[plan.bodyBytes()];
        new Random(BODY_SEED).nextBytes(body); // no store may get away with compressing it
        List<byte[][]> requests = new ArrayList<>();
        for (RequestLine line : lines(plan)) {
            requests.add(parts(plan, line, body));
        }
        return new RequestBook(requests, plan.isOnce(), arena);
    }

    private static List<RequestLine> lines(LoadPlan plan) throws IOException {
        List<RequestLine> lines = new ArrayList<>();
        if (plan.tokens() == null) {
            for (int variant = 0; variant < plan.shape().variants(); variant++) {
                lines.add(RequestLine.of(plan, variant, null));
            }
            return lines;
        }
        for (String token : Files.readAllLines(plan.tokens(), US_ASCII)) {
            if (!token.isBlank()) {
                lines.add(RequestLine.of(plan, 0, token.strip()));
            }
        }
        if (lines.isEmpty()) {
            throw new IOException("no token in " + plan.tokens());
        }
        return lines;
    }

    /// Head and body, where one ends and the other begins.
    private static byte[][] parts(LoadPlan plan, RequestLine line, byte[] body) throws IOException {
        return switch (plan.shape().protocol()) {
            case HTTP1 -> new byte[][] {http1Head(plan, line).getBytes(US_ASCII), body};
            case HTTP2, GRPC -> {
                Http2Request request = Http2Request.of(plan, line, body);
                yield new byte[][] {request.headers(), orNothing(request.data())};
            }
            case WEBSOCKET -> new byte[][] {WebSocketFrame.masked(WebSocketFrame.BINARY, body), NOTHING};
        };
    }

    private static byte[] orNothing(byte @Nullable [] bytes) {
        return bytes == null ? NOTHING : bytes;
    }

    private static String http1Head(LoadPlan plan, RequestLine line) {
        StringBuilder head = new StringBuilder();
        head.append(plan.method()).append(' ').append(line.path()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(line.authority()).append("\r\n");
        line.lines().forEach(field -> head.append(field).append("\r\n"));
        if (plan.shape().connecting() == Connecting.EACH) {
            head.append("Connection: close\r\n");
        }
        if (plan.bodyBytes() > 0
                || plan.method().equals("POST")
                || plan.method().equals("PUT")) {
            head.append("Content-Length: ").append(plan.bodyBytes()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /// The index of the next request to send, or -1 when each was to be sent once and all are.
    int next() {
        if (next == requests.length) {
            if (isOnce) {
                return -1;
            }
            next = 0;
        }
        return next++;
    }

    boolean isEnded() {
        return isOnce && next == requests.length;
    }

    MemorySegment memory(int request) {
        return requests[request];
    }

    long address(int request) {
        return requests[request].address();
    }

    int lengthBytes(int request) {
        return (int) requests[request].byteSize();
    }

    /// How long the first part of a request is: a head, or a HEADERS frame.
    int headBytes(int request) {
        return bodiesAt[request];
    }

    int longestBytes() {
        int longest = 0;
        for (int request = 0; request < requests.length; request++) {
            longest = Math.max(longest, lengthBytes(request));
        }
        return longest;
    }

    int size() {
        return requests.length;
    }
}
