package io.forebay.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcQuestionTest {
    private static final String SERVING = "00000000020801";
    private static final Http2Headers NONE = new DefaultHttp2Headers();

    private final GrpcQuestion question =
            new GrpcQuestion(new HealthCheck.Probe.Grpc("shop.Menu"), new Endpoint("127.0.0.1", 50_051));

    private static Http2Headers status(String code) {
        return new DefaultHttp2Headers().add("grpc-status", code);
    }

    private @Nullable ProbeOutcome body(String hex, boolean isEnd) {
        ByteBuf data = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        return question.onBody(data, isEnd);
    }

    private static void assertFailed(@Nullable ProbeOutcome outcome, String detail) {
        assertThat(outcome).isEqualTo(ProbeOutcome.failure(detail));
    }

    @Test
    void servingIsWell() {
        assertThat(question.onHead(200, NONE, false)).isNull();
        assertThat(body(SERVING, false)).isNull();
        assertThat(question.onTrailers(status("0"))).isEqualTo(ProbeOutcome.SUCCESS);
    }

    @Test
    void theAnswerMayComeByteByByte() {
        assertThat(question.onHead(200, NONE, false)).isNull();
        for (int i = 0; i < SERVING.length(); i += 2) {
            assertThat(body(SERVING.substring(i, i + 2), false)).isNull();
        }
        assertThat(body("", false)).isNull();
        assertThat(question.onTrailers(status("0"))).isEqualTo(ProbeOutcome.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000, UNKNOWN",
        "00000000020802, NOT_SERVING",
        "00000000020803, SERVICE_UNKNOWN",
        "00000000020809, status 9",
        "01000000020801, the answer is not a message of grpc.health.v1",
        "'', the answer is not a message of grpc.health.v1"
    })
    void otherAnswersAreFailures(String answer, String detail) {
        body(answer, false);
        assertFailed(question.onTrailers(status("0")), detail);
    }

    @ParameterizedTest
    @CsvSource({"12, grpc-status 12", "5, grpc-status 5", "00, grpc-status 00", "-17x, grpc-status is none of gRPC"})
    void otherStatusesAreFailuresWhateverTheAnswer(String code, String detail) {
        body(SERVING, false);
        assertFailed(question.onTrailers(status(code)), detail);
    }

    @Test
    void aCallThatFailsAtOnceIsAFailure() {
        assertFailed(question.onHead(200, status("12"), true), "grpc-status 12");
    }

    @Test
    void whoSpeaksHttpOnlyIsNotWell() {
        assertFailed(question.onHead(404, NONE, false), "status 404");
        assertFailed(question.onHead(200, NONE, true), "the answer has no grpc-status");
        assertFailed(body(SERVING, true), "the answer has no grpc-status");
        assertFailed(question.onTrailers(NONE), "the answer has no grpc-status");
    }

    @Test
    void aLongAnswerIsNotKept() {
        assertThat(body("00".repeat(GrpcQuestion.ANSWER_BYTES_MAX), false)).isNull();
        assertFailed(body("00", false), "the answer is longer than 1024 bytes");
    }
}
