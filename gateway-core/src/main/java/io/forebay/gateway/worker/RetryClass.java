package io.forebay.gateway.worker;

import io.forebay.gateway.offload.TurnedAway;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What becomes of an attempt by what the upstream said: connect failures, time limits, 408, 425, 429 and 5xx are
/// tried again; other 4xx go to the dead letters at once; everything else is the result. `Retry-After` is honoured,
/// and with 429 and 503 it holds for the whole queue.
final class RetryClass {
    private static final long RETRY_AFTER_MAX_MS = Duration.ofHours(24).toMillis();

    /// Every endpoint there is was tried, and no connection stood.
    static final Failure UNREACHABLE = Failure.retryable("upstream-unreachable");

    private RetryClass() {}

    /// What is reported to the store.
    sealed interface Report {}

    record Complete(Answer answer) implements Report {}

    record Fail(Failure failure) implements Report {}

    static Report of(int status, byte[] head, Content body) {
        Answer answer = new Answer(status, head, body);
        if (status < 400) {
            return new Complete(answer);
        }
        return new Fail(isRetried(status) ? retried(status, head, answer) : Failure.fatal("status-" + status, answer));
    }

    /// An answer longer than what is kept of a result. One that would be tried again is, without being kept.
    static Failure ofTooLarge(int status, byte[] head) {
        return isRetried(status) ? retried(status, head, null) : Failure.fatal("result-too-large", null);
    }

    static Failure withoutAnswer(Failure failure) {
        return new Failure(
                failure.reason(),
                failure.retryable(),
                failure.retryAfterMs(),
                failure.gatesQueue(),
                failure.crash(),
                null);
    }

    private static Failure retried(int status, byte[] head, @Nullable Answer answer) {
        long retryAfterMs = retryAfterMs(new String(head, StandardCharsets.ISO_8859_1), System.currentTimeMillis());
        boolean gatesQueue = retryAfterMs > 0 && (status == 429 || status == 503);
        return new Failure("status-" + status, true, retryAfterMs, gatesQueue, false, answer);
    }

    private static boolean isRetried(int status) {
        return TurnedAway.is(status) || status >= 500;
    }

    /// A call without an answer. A request that may have been processed is a crash of the worker behind it only if
    /// the connection broke after the request was sent.
    static Failure of(UpstreamFailure failure) {
        boolean isCrash = failure instanceof UpstreamFailure.ResetDuringAnswer
                || (failure instanceof UpstreamFailure.ResetBeforeAnswer reset
                        && reset.isRequestSent()
                        && reset.cause() == UpstreamFailure.ResetBeforeAnswer.Cause.BROKEN);
        return new Failure(failure.reason(), true, 0, false, isCrash, null);
    }

    /// Reads `Retry-After` (RFC 9110 section 10.2.3) from field lines: seconds or a date; 0 for none or a broken one.
    static long retryAfterMs(String lines, long nowMs) {
        for (String line : lines.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals("retry-after")) {
                return parse(line.substring(colon + 1).strip(), nowMs);
            }
        }
        return 0;
    }

    private static long parse(String value, long nowMs) {
        try {
            if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9') && value.length() < 10) {
                return Math.min(RETRY_AFTER_MAX_MS, Long.parseLong(value) * 1000);
            }
            long at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
            return Math.clamp(at - nowMs, 0, RETRY_AFTER_MAX_MS);
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
