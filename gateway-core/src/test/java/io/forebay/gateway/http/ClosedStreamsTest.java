package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;

class ClosedStreamsTest {
    private final ClosedStreams closed = new ClosedStreams(100);

    @Test
    void headForStreamThatWasBegunIsStreamClosed() {
        closed.begun(1);
        closed.begun(3);

        assertThat(closed.faultOf(1)).isEqualTo(Http2Error.STREAM_CLOSED);
        assertThat(closed.faultOf(3)).isEqualTo(Http2Error.STREAM_CLOSED);
    }

    @Test
    void headForNumberThatWasLeftOutIsProtocolError() {
        closed.begun(1);
        closed.begun(7);
        closed.begun(9);

        assertThat(closed.faultOf(1)).isEqualTo(Http2Error.STREAM_CLOSED);
        assertThat(closed.faultOf(3)).isEqualTo(Http2Error.PROTOCOL_ERROR);
        assertThat(closed.faultOf(5)).isEqualTo(Http2Error.PROTOCOL_ERROR);
        assertThat(closed.faultOf(7)).isEqualTo(Http2Error.STREAM_CLOSED);
    }

    @Test
    void firstNumberMayBeTheOneLeftOut() {
        closed.begun(3);

        assertThat(closed.faultOf(1)).isEqualTo(Http2Error.PROTOCOL_ERROR);
        assertThat(closed.faultOf(3)).isEqualTo(Http2Error.STREAM_CLOSED);
    }

    @Test
    void onlyTheLastResetsAreKept() {
        assertThat(closed.isReset(1)).isFalse();
        for (int i = 0; i <= 128; i++) {
            closed.reset(1 + 2 * i);
        }

        assertThat(closed.isReset(1)).isFalse();
        assertThat(closed.isReset(3)).isTrue();
        assertThat(closed.isReset(1 + 2 * 128)).isTrue();
    }

    @Test
    void streamThatIsResetAgainTakesNoOthersPlace() {
        closed.reset(1);
        for (int i = 0; i < 128; i++) {
            closed.reset(3);
        }

        assertThat(closed.isReset(1)).isTrue();
    }
}
