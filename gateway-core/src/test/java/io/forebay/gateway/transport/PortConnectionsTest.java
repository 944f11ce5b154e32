package io.forebay.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortConnectionsTest {
    private static final ConnectionLimit TWO_OF_A_CLIENT = new ConnectionLimit(Integer.MAX_VALUE, 2);

    private final PortConnections open = new PortConnections(new ConnectionRefusals());

    private boolean comes(String client, EmbeddedChannel channel) {
        return open.addOf(InetAddress.ofLiteral(client), channel, TWO_OF_A_CLIENT);
    }

    @Test
    void clientWithAsManyAsItMayHaveWaitsForOneToClose() {
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(comes("192.0.2.1", first)).isTrue();
        assertThat(comes("192.0.2.1", new EmbeddedChannel())).isTrue();
        EmbeddedChannel third = new EmbeddedChannel();
        assertThat(comes("192.0.2.1", third)).isFalse();
        assertThat(comes("192.0.2.2", new EmbeddedChannel())).isTrue();
        third.close();
        assertThat(comes("192.0.2.1", new EmbeddedChannel())).isFalse();
        first.close();
        assertThat(open.clients()).isEqualTo(2);
    }

    @Test
    void clientWithoutAConnectionIsForgotten() {
        EmbeddedChannel one = new EmbeddedChannel();
        EmbeddedChannel two = new EmbeddedChannel();
        comes("192.0.2.1", one);
        comes("192.0.2.1", two);
        one.close();
        assertThat(open.clients()).isEqualTo(1);
        two.close();
        assertThat(open.clients()).isZero();
        assertThat(comes("192.0.2.1", new EmbeddedChannel())).isTrue();
    }

    @Test
    void whoIsCountedByNobodyTakesNoRoom() {
        assertThat(open.addOf(InetAddress.ofLiteral("192.0.2.1"), new EmbeddedChannel(), ConnectionLimit.NONE))
                .isTrue();
        assertThat(open.clients()).isZero();
    }

    @Test
    void limitOfThePortCountsWhatCameBeforeIt() {
        EmbeddedChannel early = new EmbeddedChannel();
        assertThat(open.add(early, ConnectionLimit.NONE)).isTrue();
        ConnectionLimit one = new ConnectionLimit(1, Integer.MAX_VALUE);
        EmbeddedChannel refused = new EmbeddedChannel();
        assertThat(open.add(refused, one)).isFalse();
        refused.close();
        early.close();
        assertThat(open.add(new EmbeddedChannel(), one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "255.0.0.1, ::1, false",
    })
    void hostsOfOnePrefixAreOneClient(String one, String other, boolean isSame) {
        assertThat(PortConnections.key(InetAddress.ofLiteral(one)) == PortConnections.key(InetAddress.ofLiteral(other)))
                .isEqualTo(isSame);
    }
}
