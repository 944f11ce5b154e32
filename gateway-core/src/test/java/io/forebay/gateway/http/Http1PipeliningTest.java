package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.PeerIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client that sends requests without reading the answers is answered as far as a bound allows, then left waiting.
class Http1PipeliningTest {
    private static final int REQUESTS = 5_000;
    private static final int REQUESTS_IN_A_READ = 500;
    private static final int ANSWER_BYTES_MAX = 1_000;
    private static final Pattern ANSWERED = Pattern.compile("\n\r\nGET /(\\d+)\n");

    private final TestOrigin origin = new TestOrigin();
    private final Client client = new Client();
    private final EmbeddedChannel channel = new EmbeddedChannel(client);
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), channel.alloc(), 1);
    private int sent;

    /// Stands where the socket stands, and takes nothing until it is told to.
    private static final class Client extends ChannelOutboundHandlerAdapter {
        boolean isReading;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (isReading) {
                ctx.flush();
            }
        }
    }

    @BeforeEach
    void begin() {
        PeerIdentity peer = new PeerIdentity("127.0.0.1", null);
        Connection connection = Connection.of(80, false, peer, Connection.Trust.ALWAYS);
        channel.pipeline().addLast(new Http1Edge(loop, origin, connection));
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsQueuedForClientThatDoesNotReadIsBounded() {
        sendWhileRead();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(queuedBytes()).isLessThan(WriteBufferWaterMark.DEFAULT.high() + ANSWER_BYTES_MAX);
        assertThat(sent).isLessThanOrEqualTo(REQUESTS_IN_A_READ);
    }

    @Test
    void allAnswersComeInTheirOrderOnceTheClientReads() {
        sendWhileRead();
        client.isReading = true;
        StringBuilder answers = new StringBuilder();
        while (sent < REQUESTS || !channel.config().isAutoRead()) {
            takeWhatIsQueued();
            takeInto(answers);
            sendWhileRead();
        }
        takeInto(answers);
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = ANSWERED.matcher(answers);
        while (matcher.find()) {
            numbers.add(Integer.parseInt(matcher.group(1)));
        }
        assertThat(numbers).hasSize(REQUESTS).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void clientThatEndedItsSideHasItsTimeOnceItHasTakenWhatIsThere() {
        channel.writeInbound(Unpooled.copiedBuffer(
                "GET /0 HTTP/1.1\r\nHost: a\r\n\r\nGET /hold HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.US_ASCII));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        long laterNs = System.nanoTime() + ClientLimits.HALF_CLOSED_NS + TimeUnit.SECONDS.toNanos(1);
        loop.deadlines().sweep(laterNs);
        assertThat(channel.isOpen()).isTrue();
        client.isReading = true;
        takeWhatIsQueued();
        loop.deadlines().sweep(laterNs);
        assertThat(channel.isOpen()).isFalse();
    }

    private void takeWhatIsQueued() {
        channel.pipeline().firstContext().flush();
        channel.runPendingTasks();
    }

    private void sendWhileRead() {
        while (sent < REQUESTS && channel.config().isAutoRead()) {
            ByteBuf read = Unpooled.buffer();
            for (int i = 0; i < REQUESTS_IN_A_READ; i++) {
                read.writeCharSequence("GET /" + sent++ + " HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.US_ASCII);
            }
            channel.writeInbound(read);
        }
    }

    private long queuedBytes() {
        ChannelOutboundBuffer queued = channel.unsafe().outboundBuffer();
        return queued.totalPendingWriteBytes();
    }

    private void takeInto(StringBuilder answers) {
        ByteBuf part = channel.readOutbound();
        while (part != null) {
            answers.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
            part = channel.readOutbound();
        }
    }
}
