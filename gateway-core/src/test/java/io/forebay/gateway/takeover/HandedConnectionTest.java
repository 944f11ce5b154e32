package io.forebay.gateway.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.ServerName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandedConnectionTest {
    @Test
    void whoCalledIsReadAsItWasWritten() {
        ClientCertificate certificate = new ClientCertificate(
                "spiffe://example/kitchen/chef",
                List.of("a=b;c.example", "chef@example"),
                "CN=Ché, O=K; L=\"x\"",
                "0f");
        ConnectionAddresses addresses = new ConnectionAddresses(
                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 50_001),
                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 8443));
        Connection connection = Connection.of(
                8443,
                true,
                new PeerIdentity("2001:db8::7", certificate),
                Connection.Trust.ALWAYS,
                Connection.Hosts.ALL,
                ServerName.of("kitchen.example"),
                addresses);

        Connection read =
                HandedConnection.parse(HandedConnection.write(connection).value());

        assertThat(read.port()).isEqualTo(8443);
        assertThat(read.isTls()).isTrue();
        assertThat(read.peer().address()).isEqualTo("2001:db8::7");
        assertThat(read.peer().certificate()).isEqualTo(certificate);
        assertThat(read.serverName()).hasToString("kitchen.example");
        assertThat(read.addresses()).isEqualTo(addresses);
    }

    @Test
    void clientWithoutCertificateHasNone() {
        Connection connection = Connection.of(80, false, new PeerIdentity("192.0.2.1", null), Connection.Trust.ALWAYS);

        Connection read =
                HandedConnection.parse(HandedConnection.write(connection).value());

        assertThat(read.isTls()).isFalse();
        assertThat(read.peer().certificate()).isNull();
        assertThat(read.addresses()).isEqualTo(ConnectionAddresses.UNKNOWN);
    }
}
