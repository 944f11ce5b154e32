package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads one value after its checksum and version were found right; anything else is a [DamagedValueException] that
/// names the family and key.
final class ValueReader {
    private final Family family;
    private final byte[] key;
    private final byte[] bytes;
    private final int end;
    private int at;

    private ValueReader(Family family, byte[] key, byte[] bytes) {
        this.family = family;
        this.key = key;
        this.bytes = bytes;
        this.end = bytes.length - ValueWriter.CRC_BYTES;
    }

    static ValueReader open(Family family, byte[] key, byte[] value, int version) {
        ValueReader reader = new ValueReader(family, key, value);
        if (reader.end < 1) {
            throw reader.damaged("only " + value.length + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(value, 0, reader.end);
        if ((int) crc.getValue() != ByteBuffer.wrap(value).getInt(reader.end)) {
            throw reader.damaged("checksum mismatch");
        }
        int found = reader.u8();
        if (found != version) {
            throw reader.damaged("format " + found + " where " + version + " is read");
        }
        return reader;
    }

    int u8() {
        if (at >= end) {
            throw damaged("too short");
        }
        return bytes[at++] & 0xff;
    }

    boolean flag() {
        return u8() != 0;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int group = u8();
            value |= (group & 0x7fL) << shift;
            if ((group & 0x80) == 0) {
                return value;
            }
        }
        throw damaged("number too long");
    }

    int small() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw damaged("number out of range: " + value);
        }
        return (int) value;
    }

    long fixed64() {
        need(Long.BYTES);
        long value = ByteBuffer.wrap(bytes).getLong(at);
        at += Long.BYTES;
        return value;
    }

    JobId id() {
        return new JobId(fixed64(), fixed64());
    }

    @Nullable
    JobId optionalId() {
        return flag() ? id() : null;
    }

    String text() {
        int count = small();
        need(count);
        String text = new String(bytes, at, count, StandardCharsets.UTF_8);
        at += count;
        return text;
    }

    byte[] string() {
        int count = small();
        need(count);
        byte[] content = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return content;
    }

    /// One of `values` by its stored ordinal.
    <E> E choice(E[] values) {
        int ordinal = u8();
        if (ordinal >= values.length) {
            throw damaged("unknown choice " + ordinal);
        }
        return values[ordinal];
    }

    private void need(int count) {
        if (end - at < count) {
            throw damaged("too short");
        }
    }

    DamagedValueException damaged(String what) {
        return new DamagedValueException(where(family, key), what);
    }

    static String where(Family family, byte[] key) {
        return family.label() + "/" + HexFormat.of().formatHex(key);
    }
}
