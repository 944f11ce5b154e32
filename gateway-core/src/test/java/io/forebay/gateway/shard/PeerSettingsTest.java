package io.forebay.gateway.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.mesh.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerSettingsTest {
    private static PeerSettings at(String address) {
        return new PeerSettings(address, 3, null, 9443, "peers", 10);
    }

    @ParameterizedTest
    @CsvSource({
        "forebay-{shard}.forebay-peers.default.svc:9443, forebay-2.forebay-peers.default.svc, 9443",
        "{shard}.peers.test:1, 2.peers.test, 1",
        "[fd00::{shard}]:9443, fd00::2, 9443",
    })
    void numberStandsInTheHost(String address, String host, int port) {
        assertThat(at(address).endpoint(2)).isEqualTo(new Endpoint(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forebay-{shard}",
                "forebay:9443",
                "forebay-{shard}:",
                "forebay-{shard}:0",
                "forebay-{shard}:65536",
                "forebay-{shard}:https",
                "forebay:{shard}",
                ":9443",
                ""
            })
    void addressThatIsNoneSaysWhatIs(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> at(address))
                .withMessageStartingWith("peers.address must be a host with {shard} for the number of the node");
    }

    @Test
    void boundsAreChecked() {
        String address = "forebay-{shard}:9443";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PeerSettings(address, 1, null, 9443, "peers", 10))
                .withMessage("peers.count must be a number from 2 to 256: 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PeerSettings(address, 3, null, 0, "peers", 10))
                .withMessage("peers.port must be a number from 1 to 65535: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PeerSettings(address, 3, null, 9443, "peers", 0))
                .withMessage("peers.calls.max must be a number from 1 to 16384: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PeerSettings(address, 3, null, 9443, " ", 10))
                .withMessage("peers.tls.name must not be empty");
    }

    @Test
    void peersMayHaveAsManyConnectionsAsTheyMakeAtTheirBusiest() {
        assertThat(at("{shard}:1").acceptedMax()).isEqualTo(2 * at("{shard}:1").connectionsMax());
        assertThat(new PeerSettings("{shard}:1", 256, null, 9443, "peers", 16_384).acceptedMax())
                .isEqualTo(65_536);
    }
}
