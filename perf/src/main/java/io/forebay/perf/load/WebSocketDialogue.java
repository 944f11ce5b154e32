package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/// A WebSocket whose peer sends each message back, one message at a time. Messages are sent from the book's own memory.
/// A PING is passed over: nobody here sends one.
final class WebSocketDialogue implements Dialogue {
    /// The key and its answer of RFC 6455, section 1.3.
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final int HEAD_MAX_BYTES = 8 * 1024;
    private static final int ECHOED = 200;

    private final RequestBook book;
    private final Received received;
    private final int messageBytes;
    private final MemorySegment upgrade;
    /// The head of the 101, or of a frame that came in pieces.
    private final byte[] partial = new byte[HEAD_MAX_BYTES];

    private int partialBytes;
    private boolean isOpen;
    private boolean isAsked;
    private boolean isEchoed;
    private boolean isData;
    private boolean isFinal;
    private long left;
    private long echoedBytes;
    private long startNs;
    private long sentNs;
    private long sendAddress;
    private int sendLeft;

    WebSocketDialogue(LoadPlan plan, RequestBook book, Received received, Arena arena) {
        this.book = book;
        this.received = received;
        messageBytes = plan.bodyBytes();
        RequestLine line = RequestLine.of(plan, 0, null);
        String head = "GET " + line.path() + " HTTP/1.1\r\nHost: " + line.authority()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY + "\r\n\r\n";
        upgrade = arena.allocateFrom(ValueLayout.JAVA_BYTE, head.getBytes(US_ASCII));
    }

    @Override
    public void open() {
        partialBytes = 0;
        isOpen = false;
        isAsked = false;
        isEchoed = false;
        left = 0;
        sendAddress = upgrade.address();
        sendLeft = (int) upgrade.byteSize();
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public int capacity() {
        return 1;
    }

    @Override
    public void request(int request, long newStartNs, long nowNs) {
        startNs = newStartNs;
        sentNs = nowNs;
        sendAddress = book.address(request);
        sendLeft = book.lengthBytes(request);
        isAsked = true;
        isEchoed = false;
        echoedBytes = 0;
    }

    @Override
    public long unsentAddress() {
        return sendAddress;
    }

    @Override
    public int unsentBytes() {
        return sendLeft;
    }

    @Override
    public void sent(int bytes) {
        sendAddress += bytes;
        sendLeft -= bytes;
    }

    @Override
    public void receive(int count) throws MalformedAnswer {
        byte[] bytes = received.array();
        int to = received.load(0, count);
        int at = isOpen ? 0 : upgraded(bytes, to);
        while (at < to) {
            if (left > 0) {
                int step = (int) Math.min(left, to - at);
                left -= step;
                at += step;
                endOfPayload();
            } else {
                at = frameHead(bytes, at, to);
            }
        }
    }

    /// Where the frames begin.
    private int upgraded(byte[] bytes, int to) throws MalformedAnswer {
        for (int at = 0; at < to; at++) {
            if (partialBytes == HEAD_MAX_BYTES) {
                throw new MalformedAnswer("a head of more than " + HEAD_MAX_BYTES + " bytes");
            }
            partial[partialBytes++] = bytes[at];
            String end = new String(partial, Math.max(0, partialBytes - 4), Math.min(4, partialBytes), US_ASCII);
            if (end.equals("\r\n\r\n")) {
                String head = new String(partial, 0, partialBytes, US_ASCII);
                if (!head.startsWith("HTTP/1.1 101") || !head.contains(ACCEPT)) {
                    throw new MalformedAnswer(
                            "no WebSocket: " + head.lines().findFirst().orElse(""));
                }
                isOpen = true;
                partialBytes = 0;
                return at + 1;
            }
        }
        return to;
    }

    private int frameHead(byte[] bytes, int from, int to) throws MalformedAnswer {
        int at = from;
        if (partialBytes == 0) {
            int head = WebSocketFrame.headBytes(bytes, at, to);
            if (head > 0 && to - at >= head) {
                beginFrame(bytes, at);
                return at + head;
            }
        }
        while (at < to) {
            partial[partialBytes++] = bytes[at++];
            int head = WebSocketFrame.headBytes(partial, 0, partialBytes);
            if (head == partialBytes) {
                partialBytes = 0;
                beginFrame(partial, 0);
                return at;
            }
        }
        return at;
    }

    private void beginFrame(byte[] bytes, int at) throws MalformedAnswer {
        int opcode = WebSocketFrame.opcode(bytes, at);
        left = WebSocketFrame.payloadBytes(bytes, at);
        isFinal = WebSocketFrame.isFinal(bytes, at);
        isData = opcode <= WebSocketFrame.BINARY;
        if (opcode == WebSocketFrame.CLOSE) {
            throw new MalformedAnswer("the WebSocket was closed");
        }
        if (isData) {
            if (!isAsked || isEchoed) {
                throw new MalformedAnswer("a message nobody asked for");
            }
            echoedBytes += left;
        }
        if (left == 0) {
            endOfPayload();
        }
    }

    private void endOfPayload() throws MalformedAnswer {
        if (left > 0 || !isData || !isFinal) {
            return;
        }
        if (echoedBytes != messageBytes) {
            throw new MalformedAnswer("a message of " + echoedBytes + " bytes for one of " + messageBytes);
        }
        isEchoed = true;
    }

    @Override
    public boolean end() {
        return false;
    }

    @Override
    public boolean takeAnswer() {
        if (!isEchoed || !isAsked) {
            return false;
        }
        isAsked = false;
        return true;
    }

    @Override
    public int status() {
        return ECHOED;
    }

    @Override
    public long startNs() {
        return startNs;
    }

    @Override
    public boolean isLast() {
        return false;
    }

    @Override
    public int inFlight() {
        return isAsked ? 1 : 0;
    }

    @Override
    public long oldestNs() {
        return isAsked ? sentNs : Long.MAX_VALUE;
    }

    @Override
    public void unanswered(LongConsumer sink) {
        if (isAsked) {
            sink.accept(startNs);
        }
    }
}
