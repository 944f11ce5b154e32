package io.forebay.main.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    private static final long PID = 4711;
    private static final Duration LIMIT = Duration.ofSeconds(140);

    @TempDir
    private Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @BeforeEach
    void listen() {
        new Bootstrap()
                .group(loops)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        told.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(socket()))
                .syncUninterruptibly();
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private String socket() {
        return folder.resolve("notify").toString();
    }

    private String next() throws InterruptedException {
        String text = told.poll(30, TimeUnit.SECONDS);
        assertThat(text).isNotNull();
        return text;
    }

    @Test
    void readinessAndTheEndAreTold() throws Exception {
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", socket()), PID);
        supervisor.ready("ports [8080]", () -> true);
        assertThat(next()).isEqualTo("READY=1\nSTATUS=ports [8080]");
        supervisor.stopping(LIMIT);
        assertThat(next()).isEqualTo("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=140000000");
    }

    @Test
    void watchdogIsFedForAsLongAsTheProcessIsAlive() throws Exception {
        AtomicBoolean isAlive = new AtomicBoolean(true);
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "20000", "WATCHDOG_PID", "4711");
        Supervisor.of(environment, PID).ready("", isAlive::get);
        assertThat(next()).startsWith("READY=1");
        assertThat(next()).isEqualTo("WATCHDOG=1");
        assertThat(next()).isEqualTo("WATCHDOG=1");
        isAlive.set(false);
        // One may have been on its way.
        told.poll(1, TimeUnit.SECONDS);
        told.clear();
        assertThat(told.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void watchdogOfAnotherProcessIsNotOurs() throws Exception {
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "20000", "WATCHDOG_PID", "1");
        Supervisor supervisor = Supervisor.of(environment, PID);
        supervisor.ready("", () -> true);
        supervisor.stopping(LIMIT);
        assertThat(next()).startsWith("READY=1");
        assertThat(next()).startsWith("STOPPING=1");
    }

    @Test
    void withoutSystemdNobodyIsTold() {
        Supervisor.of(Map.of(), PID).ready("", () -> true);
        Supervisor.of(Map.of("NOTIFY_SOCKET", "vsock:2:1"), PID).stopping(LIMIT);
        assertThat(told).isEmpty();
    }

    @Test
    void managerThatHasGoneIsNoFailure() {
        Supervisor.of(Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()), PID)
                .stopping(LIMIT);
        assertThat(told).isEmpty();
    }
}
