package io.forebay.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.TcpKeepalive;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeepaliveOptionsTest {
    /// What does not work here is asked as NIO, which works everywhere.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsHaveTheTimesOfThePolicy(Transport preferred) throws Exception {
        Transport transport = Transport.choose(preferred).transport();
        ConnectionSettings standard = ConnectionSettings.DEFAULT;
        ConnectionSettings settings = new ConnectionSettings(
                standard.connectTimeoutNs(), standard.idleTimeoutNs(), 0, 0, 0, new TcpKeepalive(3, 45, 0));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Loops loops = new Loops(transport, 1, DnsSettings.SYSTEM.provider(), RandomGenerator.getDefault())) {
            LoopContext loop = loops.contexts().getFirst();
            EndpointConnector connector = new EndpointConnector(
                    loops.connector(loop), loops.unixConnector(loop), loops::unixAddress, transport.keepaliveOptions());
            Endpoint endpoint = new Endpoint("127.0.0.1", server.getLocalPort());
            Channel plain = connector
                    .connect(endpoint, standard, new ChannelInboundHandlerAdapter())
                    .sync()
                    .channel();
            Channel channel = connector
                    .connect(endpoint, settings, new ChannelInboundHandlerAdapter())
                    .sync()
                    .channel();
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(channel.config().getOption(transport.keepaliveOptions().probes()))
                    .isEqualTo(3);
            assertThat(channel.config().getOption(transport.keepaliveOptions().idleSeconds()))
                    .isEqualTo(45);
            assertThat(channel.config().getOption(transport.keepaliveOptions().intervalSeconds()))
                    .as("left to the system")
                    .isEqualTo(plain.config()
                            .getOption(transport.keepaliveOptions().intervalSeconds()));
            plain.close().sync();
            channel.close().sync();
        }
    }
}
