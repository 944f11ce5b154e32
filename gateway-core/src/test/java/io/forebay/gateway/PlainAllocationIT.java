package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.transport.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A plain request allocates nothing, once everything is warm.
///
/// Whether the compiler leaves out an object depends on what it has seen before it compiles, which differs from process
/// to process: one in some keeps the four objects of 64 bytes with which Netty asks its ring. So the least of a few
/// processes counts, each with the product's flags.
@Timeout(240)
class PlainAllocationIT {
    /// Less than the smallest object: none in each request. What is left is the growth of tables.
    private static final double NOTHING_BYTES = 8;
    /// The key sets of the JDK's selector and their iterators, twice a request.
    private static final double NIO_BYTES = 160;

    private static final int PROCESSES_MAX = 4;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void plainRequestAllocatesNothing(Transport transport) throws Exception {
        double bound = bound(transport);
        List<Double> bytes = new ArrayList<>();
        do {
            bytes.add(measured(transport));
        } while (bytes.getLast() >= bound && bytes.size() < PROCESSES_MAX);
        System.out.println("PlainAllocationIT: " + transport + ", bytes a request by process: " + bytes);
        assertThat(bytes.getLast()).isLessThan(bound);
    }

    private static double bound(Transport transport) {
        return transport == Transport.NIO ? NIO_BYTES : NOTHING_BYTES;
    }

    private static double measured(Transport transport) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PlainAllocationIT.class.getName(),
                transport.name()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Double.parseDouble(output.strip().lines().toList().getLast());
    }

    /// One process: the bytes of a request are its last line.
    public static void main(String... args) throws Exception {
        Transport transport = Transport.valueOf(args[0]);
        try (AllocationProbe probe =
                        new AllocationProbe(transport, TestGateway.rule("all").build());
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), probe.gateway().listen().port)) {
            System.out.println(probe.bytesPerRequest(client, bound(transport), AllocationProbe.REQUEST + "\r\n"));
        }
        System.exit(0);
    }
}
