package io.forebay.gateway.http;

/// What a `Keep-Alive` field says (RFC 2068 section 19.7.1.1): how long a server keeps a connection that rests.
final class KeepAliveField {
    private static final byte[] TIMEOUT = {'t', 'i', 'm', 'e', 'o', 'u', 't'};
    private static final int DIGITS_MAX = 9;

    private KeepAliveField() {}

    /// The value of `timeout`, in seconds, or -1 where there is none that can be read.
    static long timeoutSeconds(byte[] value, int from, int to) {
        int start = from;
        while (start < to) {
            int end = start;
            while (end < to && value[end] != ',') {
                end++;
            }
            long seconds = timeoutOf(value, skip(value, start, end), trim(value, start, end));
            if (seconds >= 0) {
                return seconds;
            }
            start = end + 1;
        }
        return -1;
    }

    private static long timeoutOf(byte[] value, int from, int to) {
        int digits = from + TIMEOUT.length + 1;
        if (digits >= to || to - digits > DIGITS_MAX || value[digits - 1] != '=') {
            return -1;
        }
        for (int i = 0; i < TIMEOUT.length; i++) {
            if ((value[from + i] | 0x20) != TIMEOUT[i]) {
                return -1;
            }
        }
        return RequestRules.decimal(value, digits, to);
    }

    private static int skip(byte[] value, int from, int to) {
        int p = from;
        while (p < to && isSpace(value[p])) {
            p++;
        }
        return p;
    }

    private static int trim(byte[] value, int from, int to) {
        int p = to;
        while (p > from && isSpace(value[p - 1])) {
            p--;
        }
        return p;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
