package io.forebay.policy.token;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;

/// Finds the token in `Authorization: Bearer ...` (RFC 6750 section 2.1, RFC 9110 section 11.4). Creates nothing.
public final class BearerCredential {

    public static final HeaderName AUTHORIZATION = HeaderName.of("authorization");

    /// The field names the Bearer scheme but holds no token.
    public static final long MALFORMED = -2L;

    private static final byte[] SCHEME = {'b', 'e', 'a', 'r', 'e', 'r'};

    private BearerCredential() {}

    /// The span of what stands for the token, whose bytes are not looked at; [ByteSpan#ABSENT] if there is no Bearer
    /// credential; [#MALFORMED].
    public static long find(RequestFacts facts) {
        long field = facts.header(AUTHORIZATION);
        if (field == ByteSpan.ABSENT || !hasScheme(facts.bytes(), field)) {
            return ByteSpan.ABSENT;
        }
        byte[] bytes = facts.bytes();
        int end = ByteSpan.end(field);
        int start = ByteSpan.offset(field) + SCHEME.length;
        while (start < end && bytes[start] == ' ') {
            start++;
        }
        return start < end ? ByteSpan.of(start, end - start) : MALFORMED;
    }

    /// Whether each byte may stand in a token (`token68` of RFC 9110 section 11.2, and `.` within as RFC 7519 has it).
    static boolean isWellFormed(byte[] bytes, long token) {
        for (int i = ByteSpan.offset(token); i < ByteSpan.end(token); i++) {
            if (!isTokenByte(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasScheme(byte[] bytes, long field) {
        int offset = ByteSpan.offset(field);
        int length = ByteSpan.length(field);
        if (length < SCHEME.length || (length > SCHEME.length && bytes[offset + SCHEME.length] != ' ')) {
            return false;
        }
        for (int i = 0; i < SCHEME.length; i++) {
            if ((bytes[offset + i] | 0x20) != SCHEME[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTokenByte(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~'
                || b == '+'
                || b == '/'
                || b == '=';
    }
}
