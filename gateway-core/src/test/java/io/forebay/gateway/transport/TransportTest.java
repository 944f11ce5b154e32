package io.forebay.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportTest {
    @Test
    void bestThatWorksIsChosenAndWhatWasPassedOverIsExplained() {
        Transport.Choice choice = Transport.choose(null);
        for (Transport better : Transport.values()) {
            if (better.compareTo(choice.transport()) < 0) {
                assertThat(choice.reason()).contains(better.text() + " is not available: ");
            }
        }
        if (choice.transport() == Transport.IO_URING) {
            assertThat(choice.reason()).isEmpty();
        }
    }

    @Test
    void preferredTransportIsTakenAndNothingBetterIsTried() {
        assertThat(Transport.choose(Transport.NIO)).isEqualTo(new Transport.Choice(Transport.NIO, ""));
        assertThat(Transport.IO_URING.text()).isEqualTo("io_uring");
    }
}
