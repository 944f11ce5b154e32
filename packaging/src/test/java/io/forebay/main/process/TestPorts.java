package io.forebay.main.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/// Ports to listen at that nobody else takes meanwhile. A port that the kernel gave and that was closed again may be
/// given to any connection a moment later; these lie below those it gives, in a block that no other test process uses.
final class TestPorts {
    private static final int FIRST = 12_000;
    private static final int BLOCK = 400;
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final TestPorts OF_PROCESS = new TestPorts(lowestGiven());

    /// Listens at the first port of the block as long as the process lives: the block is taken.
    private final @Nullable ServerSocket claim;

    private int last;

    private TestPorts(int end) {
        claim = claim(end);
    }

    /// A port of loopback at which nobody listens; another one at each call, until the block begins again.
    static int next() throws IOException {
        return OF_PROCESS.unused();
    }

    private synchronized int unused() throws IOException {
        if (claim == null) {
            try (ServerSocket given = listen(0)) {
                return given.getLocalPort();
            }
        }
        for (int tried = 1; tried < BLOCK; tried++) {
            last = last % (BLOCK - 1) + 1;
            int port = claim.getLocalPort() + last;
            try (ServerSocket free = listen(port)) {
                return free.getLocalPort();
            } catch (IOException e) {
                // A test listens there.
            }
        }
        throw new IOException("no port is free from " + claim.getLocalPort() + " on");
    }

    private static @Nullable ServerSocket claim(int end) {
        for (int first = FIRST; first + BLOCK <= end; first += BLOCK) {
            try {
                return listen(first);
            } catch (IOException e) {
                // The block of another process.
            }
        }
        return null;
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    /// The lowest port that the kernel gives to connections; 0 where it does not say.
    private static int lowestGiven() {
        // In one read: the kernel answers the first one only.
        try (Scanner range = new Scanner(Files.newInputStream(RANGE), StandardCharsets.US_ASCII)) {
            return range.nextInt();
        } catch (IOException e) {
            return 0;
        }
    }
}
