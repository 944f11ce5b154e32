package io.forebay.gateway.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The character classes of RFC 9110 section 5.6 and RFC 3986, as tables, and a scan for the end of a field value
/// that looks at eight bytes at a time.
final class Grammar {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private static final byte TOKEN = 1;
    private static final byte TARGET = 2;
    private static final byte HEX = 4;
    private static final byte HOST = 8;
    private static final byte[] CLASSES = classes();

    private Grammar() {}

    private static byte[] classes() {
        byte[] table = new byte[256];
        mark(table, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", TOKEN | TARGET | HOST);
        mark(table, "!#$%&'*+-.^_`|~", TOKEN);
        mark(table, "-._~:/?[]@!$&'()*+,;=%", TARGET);
        mark(table, "-._~%!$&'()*+,;=", HOST);
        mark(table, "0123456789abcdefABCDEF", HEX);
        // Seen in the wild inside queries although RFC 3986 wants them encoded; harmless, and refused by nobody.
        mark(table, "|^{}\"`", TARGET);
        return table;
    }

    private static void mark(byte[] table, String characters, int classes) {
        for (int i = 0; i < characters.length(); i++) {
            table[characters.charAt(i)] |= (byte) classes;
        }
    }

    static boolean isToken(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    /// A byte that may stand in a request target. Control bytes, space, `#`, `<`, `>`, `\` and all non-ASCII may not.
    static boolean isTarget(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    static boolean isHost(byte b) {
        return (CLASSES[b & 0xff] & HOST) != 0;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /// The value of a hexadecimal digit, or -1.
    static int hex(byte b) {
        if ((CLASSES[b & 0xff] & HEX) == 0) {
            return -1;
        }
        return b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    /// The first position in `[from, to)` that holds a control byte other than HTAB, or DEL; `to` if there is none.
    static int controlAt(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            for (; i + 8 <= to; i += 8) {
                long word = (long) LONG.get(bytes, i);
                long controls = (word - ONES * 0x20) & ~word & HIGHS;
                long deletes = word ^ (ONES * 0x7f);
                long hits = controls | ((deletes - ONES) & ~deletes & HIGHS);
                if (hits != 0) {
                    i += Long.numberOfTrailingZeros(hits) >>> 3;
                    break;
                }
            }
            int stop = Math.min(i + 8, to);
            for (; i < stop; i++) {
                byte b = bytes[i];
                if ((b >= 0 && b < 0x20 && b != '\t') || b == 0x7f) {
                    return i;
                }
            }
        }
        return to;
    }

    /// Whether the bytes from `from` on begin with `prefix`.
    static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        return to - from >= prefix.length && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /// Whether the ASCII bytes of `lowerCase` stand at `from`, in any case. The caller has compared the lengths.
    static boolean sameIgnoringCase(byte[] bytes, int from, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (lower(bytes[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }
}
