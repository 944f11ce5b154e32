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

/// Every request of a run, written once into native memory before the clock starts, so that sending is one system call
/// on
/// memory nobody copies: a single request, or one for each token. Immutable but for the cursor of the generator's
/// thread.
final class RequestBook {
    private static final long BODY_SEED = 20_260_101L;

    private final long[] addresses;
    private final int[] lengths;
    private final boolean isOnce;
    private int next;

    private RequestBook(long[] addresses, int[] lengths, boolean isOnce) {
        this.addresses = addresses;
        this.lengths = lengths;
        this.isOnce = isOnce;
    }

    /// @throws IOException when the token file cannot be read or holds no token
    static RequestBook write(LoadPlan plan, Arena arena) throws IOException {
        byte[] head = head(plan).getBytes(US_ASCII);
        List<byte[]> ends = ends(plan);
        byte[] body = new byte[plan.bodyBytes()];
        new Random(BODY_SEED).nextBytes(body); // no store may get away with compressing it
        long[] addresses = new long[ends.size()];
        int[] lengths = new int[ends.size()];
        for (int i = 0; i < addresses.length; i++) {
            byte[] end = ends.get(i);
            lengths[i] = head.length + end.length + body.length;
            MemorySegment request = arena.allocate(lengths[i]);
            MemorySegment.copy(head, 0, request, JAVA_BYTE, 0, head.length);
            MemorySegment.copy(end, 0, request, JAVA_BYTE, head.length, end.length);
            MemorySegment.copy(body, 0, request, JAVA_BYTE, (long) head.length + end.length, body.length);
            addresses[i] = request.address();
        }
        return new RequestBook(addresses, lengths, plan.isOnce());
    }

    private static String head(LoadPlan plan) {
        StringBuilder head = new StringBuilder();
        head.append(plan.method()).append(' ').append(plan.path()).append(" HTTP/1.1\r\n");
        if (plan.headers().stream().noneMatch(line -> line.regionMatches(true, 0, "host:", 0, 5))) {
            String host = plan.target().getAddress().getHostAddress();
            head.append("Host: ")
                    .append(host)
                    .append(':')
                    .append(plan.target().getPort())
                    .append("\r\n");
        }
        plan.headers().forEach(line -> head.append(line).append("\r\n"));
        if (plan.bodyBytes() > 0
                || plan.method().equals("POST")
                || plan.method().equals("PUT")) {
            head.append("Content-Length: ").append(plan.bodyBytes()).append("\r\n");
        }
        return head.toString();
    }

    private static List<byte[]> ends(LoadPlan plan) throws IOException {
        if (plan.tokens() == null) {
            return List.of("\r\n".getBytes(US_ASCII));
        }
        List<byte[]> ends = new ArrayList<>();
        for (String token : Files.readAllLines(plan.tokens(), US_ASCII)) {
            if (!token.isBlank()) {
                ends.add(("Authorization: Bearer " + token.strip() + "\r\n\r\n").getBytes(US_ASCII));
            }
        }
        if (ends.isEmpty()) {
            throw new IOException("no token in " + plan.tokens());
        }
        return ends;
    }

    /// The index of the next request to send, or -1 when each was to be sent once and all are.
    int next() {
        if (next == addresses.length) {
            if (isOnce) {
                return -1;
            }
            next = 0;
        }
        return next++;
    }

    boolean isEnded() {
        return isOnce && next == addresses.length;
    }

    long address(int request) {
        return addresses[request];
    }

    int lengthBytes(int request) {
        return lengths[request];
    }

    int size() {
        return addresses.length;
    }
}
