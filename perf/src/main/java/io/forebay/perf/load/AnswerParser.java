package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// Finds the end of one HTTP/1.1 answer in bytes that arrive in pieces, and its status (RFC 9112: section 6.3 for
/// the length of the body, 7.1 for chunks). One per connection, `begin` before each request; it checks no more
/// than it needs to stay in step, since the proxies' grammar is not what is measured. `MalformedAnswer` when it
/// cannot stay in step.
public final class AnswerParser {
    private static final int HEAD_MAX_BYTES = 64 * 1024;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(US_ASCII);
    private static final byte[] CONNECTION = "connection:".getBytes(US_ASCII);
    private static final byte[] CLOSE = "close".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);

    private enum State {
        HEAD,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        DONE
    }

    /// The peer sent something that is not an HTTP/1.1 answer.
    public static final class MalformedAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedAnswer(String message) {
            super(message);
        }
    }

    private State state = State.DONE;
    private byte[] partial = new byte[512];
    private int partialBytes;
    private long left;
    private int lineBytes;
    private int status;
    private boolean isLast;
    private boolean isHead;

    /// Expects a new answer.
    ///
    /// @param isHead whether the request was HEAD, whose answer has no body
    public void begin(boolean isHead) {
        this.isHead = isHead;
        state = State.HEAD;
        partialBytes = 0;
        status = 0;
        isLast = false;
    }

    /// Whether the last byte of the answer has been fed.
    public boolean isDone() {
        return state == State.DONE;
    }

    /// The stream has ended: with it the answer, if that is what its end is.
    boolean end() {
        if (state == State.UNTIL_CLOSE) {
            state = State.DONE;
        }
        return state == State.DONE;
    }

    int status() {
        return status;
    }

    /// Whether the connection ends with this answer.
    boolean isLast() {
        return isLast;
    }

    /// How many body bytes may be passed over without being looked at; subtract them with `skip`.
    long skippable() {
        return state == State.LENGTH || state == State.CHUNK ? left : state == State.UNTIL_CLOSE ? Long.MAX_VALUE : 0;
    }

    void skip(long bytes) {
        if (state == State.UNTIL_CLOSE) {
            return;
        }
        left -= bytes;
        if (left == 0) {
            state = state == State.LENGTH ? State.DONE : State.CHUNK_END;
        }
    }

    /// Feeds `bytes[from, to)`; all of it must belong to this answer.
    public void feed(byte[] bytes, int from, int to) throws MalformedAnswer {
        int at = from;
        while (at < to) {
            switch (state) {
                case HEAD -> at = head(bytes, at, to);
                case LENGTH, CHUNK, UNTIL_CLOSE -> {
                    int step = (int) Math.min(skippable(), to - at);
                    skip(step);
                    at += step;
                }
                case CHUNK_SIZE -> at = chunkSize(bytes, at, to);
                case CHUNK_END -> at = chunkEnd(bytes, at);
                case TRAILER -> at = trailer(bytes, at, to);
                case DONE -> throw new MalformedAnswer("bytes beyond the answer");
            }
        }
    }

    private int head(byte[] bytes, int from, int to) throws MalformedAnswer {
        if (partialBytes == 0) {
            int end = headEnd(bytes, from, from, to);
            if (end > 0) {
                parse(bytes, from, end);
                return end;
            }
        }
        return resume(bytes, from, to);
    }

    private int resume(byte[] bytes, int from, int to) throws MalformedAnswer {
        int known = partialBytes;
        int length = known + to - from;
        if (length > partial.length) {
            partial = Arrays.copyOf(partial, Math.max(length, 2 * partial.length));
        }
        System.arraycopy(bytes, from, partial, known, to - from);
        int end = headEnd(partial, 0, Math.max(0, known - 3), length);
        if (end < 0) {
            if (length > HEAD_MAX_BYTES) {
                throw new MalformedAnswer("a head of more than " + HEAD_MAX_BYTES + " bytes");
            }
            partialBytes = length;
            return to;
        }
        partialBytes = 0;
        parse(partial, 0, end);
        return from + end - known;
    }

    /// The index after the empty line, or -1.
    private static int headEnd(byte[] bytes, int start, int from, int to) {
        for (int i = Math.max(from, start + 3); i < to; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private void parse(byte[] bytes, int from, int end) throws MalformedAnswer {
        status = statusOf(bytes, from, end);
        isLast = bytes[from + 7] == '0';
        long length = -1;
        boolean isChunked = false;
        for (int line = lineEnd(bytes, from, end) + 1; line < end - 2; ) {
            int next = lineEnd(bytes, line, end) + 1;
            switch (bytes[line] | 0x20) {
                case 'c' -> {
                    if (startsWith(bytes, line, next, CONTENT_LENGTH)) {
                        length = number(bytes, line + CONTENT_LENGTH.length, next);
                    } else if (startsWith(bytes, line, next, CONNECTION)) {
                        isLast |= contains(bytes, line + CONNECTION.length, next, CLOSE);
                    }
                }
                case 't' ->
                    isChunked |= startsWith(bytes, line, next, TRANSFER_ENCODING)
                            && contains(bytes, line + TRANSFER_ENCODING.length, next, CHUNKED);
                default -> {}
            }
            line = next;
        }
        state = bodyState(length, isChunked);
        left = Math.max(length, 0);
    }

    private State bodyState(long length, boolean isChunked) {
        if (status < 200 && status != 101) {
            return State.HEAD;
        }
        if (isHead || status == 204 || status == 304 || (length == 0 && !isChunked)) {
            return State.DONE;
        }
        if (isChunked) {
            lineBytes = 0;
            return State.CHUNK_SIZE;
        }
        if (length < 0) {
            isLast = true;
            return State.UNTIL_CLOSE;
        }
        return State.LENGTH;
    }

    private static int statusOf(byte[] bytes, int from, int end) throws MalformedAnswer {
        boolean isHttp = end - from > 12
                && bytes[from] == 'H'
                && bytes[from + 1] == 'T'
                && bytes[from + 2] == 'T'
                && bytes[from + 3] == 'P'
                && bytes[from + 5] == '1'
                && bytes[from + 8] == ' ';
        int value = 0;
        for (int i = from + 9; isHttp && i < from + 12; i++) {
            isHttp = bytes[i] >= '0' && bytes[i] <= '9';
            value = value * 10 + bytes[i] - '0';
        }
        if (!isHttp || value < 100) {
            throw new MalformedAnswer("no status line");
        }
        return value;
    }

    private static int lineEnd(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end - 1 && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] lowerCase) {
        if (to - from < lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            int b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(byte[] bytes, int from, int to, byte[] lowerCase) {
        for (int i = from; i + lowerCase.length <= to; i++) {
            if (startsWith(bytes, i, to, lowerCase)) {
                return true;
            }
        }
        return false;
    }

    private static long number(byte[] bytes, int from, int to) throws MalformedAnswer {
        long value = -1;
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            if (b >= '0' && b <= '9' && value < Long.MAX_VALUE / 16) {
                value = Math.max(value, 0) * 10 + b - '0';
            } else if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                throw new MalformedAnswer("a Content-Length that is no number");
            }
        }
        if (value < 0) {
            throw new MalformedAnswer("an empty Content-Length");
        }
        return value;
    }

    private int chunkSize(byte[] bytes, int from, int to) throws MalformedAnswer {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                endOfSizeLine();
                return i + 1;
            }
            int digit = lineBytes >= 0 ? Character.digit(b, 16) : -1;
            if (digit >= 0 && lineBytes < 15) {
                left = lineBytes == 0 ? digit : left * 16 + digit;
                lineBytes++;
            } else if (lineBytes > 0 && (b == ';' || b == '\r' || b == ' ')) {
                lineBytes = -lineBytes; // the rest of the line is an extension
            } else if (lineBytes >= 0) {
                throw new MalformedAnswer("a chunk size that is no number");
            }
        }
        return to;
    }

    private void endOfSizeLine() throws MalformedAnswer {
        if (lineBytes == 0) {
            throw new MalformedAnswer("an empty chunk size");
        }
        state = left == 0 ? State.TRAILER : State.CHUNK;
        lineBytes = 0;
    }

    private int chunkEnd(byte[] bytes, int at) throws MalformedAnswer {
        if (bytes[at] == '\n') {
            state = State.CHUNK_SIZE;
            lineBytes = 0;
        } else if (bytes[at] != '\r') {
            throw new MalformedAnswer("a chunk longer than its size");
        }
        return at + 1;
    }

    private int trailer(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                if (lineBytes == 0) {
                    state = State.DONE;
                    return i + 1;
                }
                lineBytes = 0;
            } else if (bytes[i] != '\r') {
                lineBytes++;
            }
        }
        return to;
    }
}
