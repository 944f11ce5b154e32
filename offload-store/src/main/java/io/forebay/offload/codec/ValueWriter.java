package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Builds one value after another in the same growing array: [#begin], fields, [#seal]. One thread at a time.
final class ValueWriter {
    static final int CRC_BYTES = 4;

    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[4_096];
    private int length;

    ValueWriter begin(int version) {
        length = 0;
        return u8(version);
    }

    ValueWriter u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    ValueWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    /// Unsigned; a negative number takes ten bytes.
    ValueWriter number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    ValueWriter fixed64(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    ValueWriter id(JobId id) {
        return fixed64(id.high()).fixed64(id.low());
    }

    ValueWriter optionalId(@Nullable JobId id) {
        flag(id != null);
        return id == null ? this : id(id);
    }

    ValueWriter text(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    ValueWriter string(byte[] content) {
        return string(content, 0, content.length);
    }

    ValueWriter string(byte[] content, int from, int count) {
        number(count);
        room(count);
        System.arraycopy(content, from, bytes, length, count);
        length += count;
        return this;
    }

    byte[] seal() {
        crc.reset();
        crc.update(bytes, 0, length);
        room(CRC_BYTES);
        ByteBuffer.wrap(bytes).putInt(length, (int) crc.getValue());
        return Arrays.copyOf(bytes, length + CRC_BYTES);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
