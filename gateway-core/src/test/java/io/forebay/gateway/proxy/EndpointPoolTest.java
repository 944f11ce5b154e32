package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredHead;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.route.HeaderEdits;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointPoolTest {
    private static final String BACKEND = "default/up";

    private final EventLoop eventLoop = new DefaultEventLoop();
    private final LoopContext loop = new LoopContext(0, eventLoop, ByteBufAllocator.DEFAULT, 1);

    @AfterEach
    void end() throws Exception {
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void missingFileDescriptorIsToldOnTheLoopAndBlamesNobody() throws Exception {
        Bootstrap bootstrap = new Bootstrap().group(eventLoop).channelFactory(() -> {
            throw new ChannelException("too many open files");
        });
        UpstreamDirectory directory = new UpstreamDirectory(BreakerSettings.DEFAULT);
        Backend backend = new Backend(
                new BackendId("default", "up"),
                List.of(new Endpoint("127.0.0.1", 1)),
                BackendLimits.DEFAULT,
                Balance.ROUND_ROBIN);
        directory.publish(BackendSnapshot.of(1, List.of(backend)), System.nanoTime());
        LoopUpstreams upstreams = new LoopUpstreams(
                loop,
                1,
                directory,
                new EndpointConnector(
                        bootstrap, bootstrap, path -> new InetSocketAddress(0), Transport.NIO.keepaliveOptions()),
                null);
        for (int call = 0; call < 10; call++) {
            CompletableFuture<UpstreamFailure> failed = new CompletableFuture<>();
            eventLoop.execute(() -> upstreams.call(exchange(), BACKEND, HeaderEdits.NONE, 0, 0, (exchange, failure) -> {
                assertThat(loop.isCurrent()).isTrue();
                failed.complete(failure);
            }));
            assertThat(failed.get(30, TimeUnit.SECONDS)).isInstanceOf(UpstreamFailure.SocketUnavailable.class);
        }
        assertThat(directory.guards().guards().iterator().next().breakers())
                .allMatch(breaker -> breaker.phase() == CircuitBreaker.Phase.CLOSED);
    }

    private Exchange exchange() {
        JobExchange job = JobExchange.of(loop, new Ends(), "127.0.0.1", false, 80, new Nobody());
        byte[] head = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        job.begin(PolicySnapshot.empty(), StoredHead.read(head));
        return job.exchange();
    }

    private static final class Nobody implements JobExchange.AnswerKeeper {
        @Override
        public void onHead(ResponseHead head, boolean hasBody) {}

        @Override
        public void onBody(ByteBuf in, int bytes) {}

        @Override
        public void onEnd() {}

        @Override
        public boolean isWritable() {
            return true;
        }
    }

    private static final class Ends implements RequestHandler {
        @Override
        public void onRequest(Exchange exchange) {}

        @Override
        public void onMalformed(Exchange exchange, Malformed reason) {}

        @Override
        public void onHeadTimeout(Exchange exchange) {}

        @Override
        public void onEnd(Exchange exchange) {}
    }
}
