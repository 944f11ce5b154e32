package io.forebay.gateway.health;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The two messages of `grpc.health.v1.Health/Check`, each of one field, by hand: a few bytes of protobuf behind the
/// prefix that gRPC gives every message. Pure.
///
/// | bytes | |
/// |---|---|
/// | 1 | 0, since it is not compressed |
/// | 4 | the size of what follows, big endian |
/// | request | `0x0a`, the size of the service's name, the name in UTF-8; nothing for the server as a whole |
/// | answer | `0x08`, the serving status; nothing for `UNKNOWN` |
///
/// Sizes, tags and statuses are varints. Fields that are not known are skipped, and the last status counts.
final class HealthMessage {
    /// What an answer has in front.
    static final int PREFIX_BYTES = 5;

    /// Not a message.
    static final int MALFORMED = -1;

    static final int SERVING = 1;
    private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final int SERVICE_TAG = (1 << 3) | 2;
    private static final int STATUS_FIELD = 1;
    private static final int VARINT_BITS_MAX = 64;

    private HealthMessage() {}

    /// A request with its prefix.
    ///
    /// @param service empty for the server as a whole
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        // A tag, and a size of at most five bytes.
        ByteBuffer message = ByteBuffer.allocate(PREFIX_BYTES + 1 + 5 + name.length);
        message.position(PREFIX_BYTES);
        if (name.length > 0) {
            message.put((byte) SERVICE_TAG);
            int rest = name.length;
            while (rest > 0x7f) {
                message.put((byte) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            message.put((byte) rest).put(name);
        }
        message.putInt(1, message.position() - PREFIX_BYTES);
        byte[] bytes = new byte[message.position()];
        message.get(0, bytes);
        return bytes;
    }

    /// The serving status that an answer gives, or [#MALFORMED].
    ///
    /// @param answer all messages of the answer with their prefixes, from position to limit: one is expected
    static int status(ByteBuffer answer) {
        try {
            boolean isCompressed = answer.get() != 0;
            boolean isOne = answer.getInt() == answer.remaining();
            return isCompressed || !isOne ? MALFORMED : statusField(answer);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return MALFORMED;
        }
    }

    private static int statusField(ByteBuffer message) {
        long status = 0;
        while (message.hasRemaining()) {
            long tag = varint(message);
            int wireType = (int) (tag & 7);
            if (wireType == 0) {
                long value = varint(message);
                status = tag >>> 3 == STATUS_FIELD ? value : status;
            } else {
                long bytes = switch (wireType) {
                    case 1 -> 8;
                    case 2 -> varint(message);
                    case 5 -> 4;
                    default -> throw new IllegalArgumentException("wire type " + wireType);
                };
                skip(message, bytes);
            }
        }
        return status >= 0 && status <= Integer.MAX_VALUE ? (int) status : MALFORMED;
    }

    private static void skip(ByteBuffer message, long bytes) {
        if (bytes < 0 || bytes > message.remaining()) {
            throw new IllegalArgumentException("a field of " + bytes + " bytes");
        }
        message.position(message.position() + (int) bytes);
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS_MAX; shift += 7) {
            byte b = message.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint of more than ten bytes");
    }

    /// What a status is called.
    static String name(int status) {
        return status < STATUSES.length ? STATUSES[status] : "status " + status;
    }
}
