package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.transport.Transport;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A plain request allocates nothing, once everything is warm.
@Timeout(120)
class PlainAllocationIT {
    /// Less than the smallest object: none in each request. What is left is the growth of tables.
    private static final double NOTHING_BYTES = 8;
    /// The key sets of the JDK's selector and their iterators, twice a request.
    private static final double NIO_BYTES = 160;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void plainRequestAllocatesNothing(Transport transport) throws Exception {
        double bound = transport == Transport.NIO ? NIO_BYTES : NOTHING_BYTES;
        try (AllocationProbe probe =
                        new AllocationProbe(transport, TestGateway.rule("all").build());
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), probe.gateway().listen().port)) {
            assertThat(probe.bytesPerRequest(client, bound, AllocationProbe.REQUEST + "\r\n"))
                    .isLessThan(bound);
        }
    }
}
