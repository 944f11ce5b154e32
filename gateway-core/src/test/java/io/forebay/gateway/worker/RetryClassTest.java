package io.forebay.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryClassTest {
    private static final Content BODY = Content.of(new byte[] {1, 2});

    private static Failure failure(int status, String lines) {
        RetryClass.Report report = RetryClass.of(status, lines.getBytes(StandardCharsets.ISO_8859_1), BODY);
        assertThat(report).isInstanceOf(RetryClass.Fail.class);
        return ((RetryClass.Fail) report).failure();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 206, 301, 399})
    void everythingBelow400IsTheResult(int status) {
        assertThat(RetryClass.of(status, new byte[0], BODY)).isInstanceOf(RetryClass.Complete.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400,false",
        "404,false",
        "408,true",
        "409,false",
        "422,false",
        "425,true",
        "429,true",
        "499,false",
        "500,true",
        "501,true",
        "503,true",
        "599,true"
    })
    void statusDecidesWhetherItIsTriedAgain(int status, boolean isRetried) {
        Failure failure = failure(status, "\r\n");
        assertThat(failure.retryable()).isEqualTo(isRetried);
        assertThat(failure.reason()).isEqualTo("status-" + status);
        assertThat(failure.answer()).isNotNull();
        assertThat(failure.crash()).isFalse();
    }

    @Test
    void retryAfterGatesTheQueueOnlyWith429And503() {
        assertThat(failure(503, "Retry-After: 7\r\n\r\n")).satisfies(failure -> {
            assertThat(failure.retryAfterMs()).isEqualTo(7_000);
            assertThat(failure.gatesQueue()).isTrue();
        });
        assertThat(failure(429, "retry-after:7\r\n\r\n").gatesQueue()).isTrue();
        assertThat(failure(503, "\r\n").gatesQueue()).isFalse();
        assertThat(failure(500, "retry-after: 7\r\n\r\n")).satisfies(failure -> {
            assertThat(failure.retryAfterMs()).isEqualTo(7_000);
            assertThat(failure.gatesQueue()).isFalse();
        });
    }

    @Test
    void retryAfterIsSecondsOrADateAndNeverMoreThanADay() {
        long nowMs = 784_111_700_000L; // Sun, 06 Nov 1994 08:48:20 GMT
        assertThat(RetryClass.retryAfterMs("Retry-After: 120\r\n", nowMs)).isEqualTo(120_000);
        assertThat(RetryClass.retryAfterMs("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", nowMs))
                .isEqualTo(77_000);
        assertThat(RetryClass.retryAfterMs("Retry-After: Sun, 06 Nov 1994 08:00:00 GMT\r\n", nowMs))
                .isZero();
        assertThat(RetryClass.retryAfterMs("Retry-After: 999999999\r\n", nowMs)).isEqualTo(86_400_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "9999999999", "+3"})
    void brokenRetryAfterIsNone(String value) {
        assertThat(RetryClass.retryAfterMs("x: 1\r\nRetry-After: " + value + "\r\n", 0))
                .isZero();
    }

    @Test
    void answerTooLongToKeepIsTriedAgainOnlyIfItsStatusIs() {
        byte[] lines = "retry-after: 2\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        Failure busy = RetryClass.ofTooLarge(503, lines);
        assertThat(busy.retryable()).isTrue();
        assertThat(busy.answer()).isNull();
        assertThat(busy.retryAfterMs()).isEqualTo(2_000);
        Failure large = RetryClass.ofTooLarge(200, lines);
        assertThat(large.retryable()).isFalse();
        assertThat(large.reason()).isEqualTo("result-too-large");
    }
}
