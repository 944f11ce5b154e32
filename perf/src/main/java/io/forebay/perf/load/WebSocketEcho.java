package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The server's end of a WebSocket (RFC 6455): takes the upgrade, then sends each message back, unmasked.
final class WebSocketEcho implements EchoOrigin.Echo {
    private static final int BUFFERED_MAX_BYTES = 1 << 20;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern KEY = Pattern.compile("(?im)^sec-websocket-key:\\s*(\\S+)\\s*$");
    private static final int MASK_BYTES = 4;

    private byte[] buffered = new byte[4 * 1024];
    private int bufferedBytes;
    private boolean isOpen;

    @Override
    public void receive(byte[] bytes, int count, Outgoing out) throws MalformedAnswer {
        append(bytes, count);
        int at = isOpen ? 0 : upgrade(out);
        int step = isOpen ? frame(at, out) : 0;
        while (step > 0) {
            at += step;
            step = frame(at, out);
        }
        System.arraycopy(buffered, at, buffered, 0, bufferedBytes - at);
        bufferedBytes -= at;
    }

    private void append(byte[] bytes, int count) throws MalformedAnswer {
        int length = bufferedBytes + count;
        if (length > BUFFERED_MAX_BYTES) {
            throw new MalformedAnswer("a message of more than " + BUFFERED_MAX_BYTES + " bytes");
        }
        if (length > buffered.length) {
            buffered = Arrays.copyOf(buffered, Math.max(length, 2 * buffered.length));
        }
        System.arraycopy(bytes, 0, buffered, bufferedBytes, count);
        bufferedBytes = length;
    }

    /// The length of the request, or 0 when it is not whole.
    private int upgrade(Outgoing out) throws MalformedAnswer {
        String head = new String(buffered, 0, bufferedBytes, US_ASCII);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return 0;
        }
        Matcher key = KEY.matcher(head.substring(0, end));
        if (!key.find()) {
            throw new MalformedAnswer(
                    "no WebSocket is asked for: " + head.lines().findFirst().orElse(""));
        }
        out.add(
                ("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                                + accepted(key.group(1)) + "\r\n\r\n")
                        .getBytes(US_ASCII));
        isOpen = true;
        return end + 4;
    }

    private static String accepted(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /// The length of the frame at `at`, or 0 when it is not whole.
    private int frame(int at, Outgoing out) throws MalformedAnswer {
        int head = WebSocketFrame.headBytes(buffered, at, bufferedBytes);
        if (head == 0 || bufferedBytes - at < head) {
            return 0;
        }
        long payload = WebSocketFrame.payloadBytes(buffered, at);
        if (payload > BUFFERED_MAX_BYTES) {
            throw new MalformedAnswer("a message of " + payload + " bytes");
        }
        int length = (int) payload;
        if (bufferedBytes - at < head + length) {
            return 0;
        }
        int opcode = WebSocketFrame.opcode(buffered, at);
        if (!WebSocketFrame.isFinal(buffered, at) || opcode != WebSocketFrame.BINARY) {
            throw new MalformedAnswer("only whole binary messages are sent back, not opcode " + opcode);
        }
        for (int i = 0; i < length; i++) {
            buffered[at + head + i] ^= buffered[at + head - MASK_BYTES + (i & 3)];
        }
        out.add(WebSocketFrame.head(opcode, length));
        out.add(buffered, at + head, at + head + length);
        return head + length;
    }
}
