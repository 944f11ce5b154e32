package io.forebay.gateway.proxy;

import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.ResponseHead;
import java.util.concurrent.TimeUnit;

/// How long an upstream has asked to be left alone.
final class RetryAfter {
    private RetryAfter() {}

    /// What the answer asks for in whole seconds (RFC 9110 section 10.2.3), in nanoseconds; 0 where it does not.
    static long ns(ResponseHead head) {
        String text = head.text(KnownHeader.RETRY_AFTER);
        if (text == null || text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            return 0;
        }
        return TimeUnit.SECONDS.toNanos(Long.parseLong(text));
    }
}
