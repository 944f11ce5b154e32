package io.forebay.policy.limit;

import io.forebay.policy.PolicyMode;
import java.nio.charset.StandardCharsets;

/// The fields of draft-ietf-httpapi-ratelimit-headers: what is promised, and what is left of it. Limits in shadow mode
/// are not shown.
final class RateLimitFields {

    private static final byte[] POLICY = ascii("RateLimit-Policy: ");
    private static final byte[] LIMIT = ascii("\r\nRateLimit: ");
    private static final byte[] REMAINING = ascii(";r=");
    private static final byte[] FULL = ascii(";t=");
    private static final byte[] END = ascii("\r\n");
    private static final int DIGITS_MAX = 19;

    /// Everything but names, policy items and their commas.
    static final int FIXED_BYTES_MAX =
            POLICY.length + LIMIT.length + REMAINING.length + FULL.length + END.length + 2 * DIGITS_MAX;

    private RateLimitFields() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static int write(Meter[] meters, Meter shown, LimitDecision decision, byte[] target, int offset) {
        int at = append(POLICY, target, offset);
        int first = at;
        for (Meter meter : meters) {
            if (meter.rule().mode() != PolicyMode.SHADOW) {
                if (at > first) {
                    target[at++] = ',';
                    target[at++] = ' ';
                }
                at = append(meter.policyItem(), target, at);
            }
        }
        at = append(LIMIT, target, at);
        at = append(shown.quotedName(), target, at);
        at = number(decision.remaining(), target, append(REMAINING, target, at));
        at = number(decision.fullSeconds(), target, append(FULL, target, at));
        return append(END, target, at);
    }

    private static int append(byte[] source, byte[] target, int offset) {
        System.arraycopy(source, 0, target, offset, source.length);
        return offset + source.length;
    }

    private static int number(long value, byte[] target, int offset) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = offset + digits - 1; i >= offset; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return offset + digits;
    }
}
