package io.forebay.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 4433);

    private final ByteBuf id = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    private final ByteBuf token = Unpooled.buffer();
    private long nowMs = 1_000_000;
    private final RetryTokens tokens = new RetryTokens(() -> nowMs, new SecureRandom());

    @BeforeEach
    void flood() {
        for (int i = 0; i < RetryTokens.HANDSHAKES_FREE; i++) {
            assertThat(tokens.writeToken(token, id, CLIENT)).isFalse();
            tokens.begun();
        }
    }

    private ByteBuf issued() {
        assertThat(tokens.writeToken(token, id, CLIENT)).isTrue();
        assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
        return token;
    }

    @Test
    void tokenOfTheClientLeadsToItsConnectionId() {
        ByteBuf issued = issued();
        nowMs += RetryTokens.VALID_MS;
        int from = tokens.validateToken(issued, CLIENT);
        assertThat(issued.slice(from, issued.readableBytes() - from)).isEqualTo(id);
    }

    @Test
    void nobodyIsAskedOnceHandshakesAreOver() {
        tokens.ended();
        assertThat(tokens.writeToken(token, id, CLIENT)).isFalse();
    }

    @Test
    void lateTokenIsRefused() {
        ByteBuf issued = issued();
        nowMs += RetryTokens.VALID_MS + 1;
        assertThat(tokens.validateToken(issued, CLIENT)).isEqualTo(-1);
    }

    @Test
    void tokenOfAnotherAddressOrPortIsRefused() {
        ByteBuf issued = issued();
        assertThat(tokens.validateToken(issued, new InetSocketAddress("192.0.2.2", 4433)))
                .isEqualTo(-1);
        assertThat(tokens.validateToken(issued, new InetSocketAddress("192.0.2.1", 4434)))
                .isEqualTo(-1);
    }

    @Test
    void changedTokenIsRefused() {
        ByteBuf issued = issued();
        for (int i = 0; i < issued.readableBytes(); i++) {
            ByteBuf changed = issued.copy();
            changed.setByte(i, changed.getByte(i) ^ 1);
            assertThat(tokens.validateToken(changed, CLIENT)).isEqualTo(-1);
        }
        assertThat(tokens.validateToken(Unpooled.EMPTY_BUFFER, CLIENT)).isEqualTo(-1);
        assertThat(tokens.validateToken(issued.copy(0, 20), CLIENT)).isEqualTo(-1);
    }
}
