package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Backlog backlog = new Backlog();

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void queue(int bytes) {
        channel.write(Unpooled.buffer().writeZero(bytes));
    }

    @Test
    void nothingIsStuckWhileNothingIsQueued() {
        backlog.look(channel, 100);
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.stuckNs(100)).isZero();
    }

    @Test
    void clientThatTakesNothingIsStuckSinceTheLastLookThatFoundNothing() {
        backlog.look(channel, 100);
        queue(1_000);
        backlog.look(channel, 200);
        queue(1_000);
        backlog.look(channel, 300);
        assertThat(backlog.isEmpty()).isFalse();
        assertThat(backlog.stuckNs(300)).isEqualTo(200);
    }

    @Test
    void partOfTheOnlyMessageIsProgress() {
        backlog.look(channel, 100);
        queue(1_000);
        ChannelOutboundBuffer queued = channel.unsafe().outboundBuffer();
        queued.addFlush();
        backlog.look(channel, 200);
        queued.removeBytes(1);
        backlog.look(channel, 300);
        assertThat(backlog.isEmpty()).isFalse();
        assertThat(backlog.stuckNs(350)).isEqualTo(50);
    }

    @Test
    void clientThatIsKnownToHaveTakenSomethingIsNotStuck() {
        backlog.look(channel, 100);
        queue(1_000);
        backlog.taken(250);
        backlog.look(channel, 300);
        assertThat(backlog.stuckNs(300)).isEqualTo(50);
    }

    @Test
    void everythingTakenIsNoBacklog() {
        queue(1_000);
        backlog.look(channel, 100);
        channel.flush();
        backlog.look(channel, 200);
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.stuckNs(200)).isZero();
    }
}
