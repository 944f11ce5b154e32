package io.forebay.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadShapeTest {
    @Test
    void theUsualShapeNeedsNoOptionsAndOthersSayAll() {
        assertThat(LoadShape.PLAIN.options()).isEmpty();
        assertThat(LoadShape.of(Protocol.HTTP2, 8).options())
                .containsExactly(
                        "--protocol",
                        "HTTP2",
                        "--connect",
                        "AHEAD",
                        "--streams",
                        "8",
                        "--variants",
                        "1",
                        "--hold",
                        "0.000");
        assertThat(LoadShape.of(Connecting.FIRST, Duration.ofMillis(2_500)).options())
                .containsSubsequence("--connect", "FIRST", "--hold", "2.500");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadShape.of(Protocol.HTTP1, 2))
                .withMessage("streams is 2, must be 1 for HTTP1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadShape.of(Protocol.HTTP2, 101))
                .withMessage("streams is 101, must be 1 to 100");
        assertThatIllegalArgumentException().isThrownBy(() -> LoadShape.varied(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadShape(Protocol.WEBSOCKET, 1, Connecting.EACH, 1, Duration.ZERO))
                .withMessage("connect is EACH, must be AHEAD for WEBSOCKET");
    }
}
