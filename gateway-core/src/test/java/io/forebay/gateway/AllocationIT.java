package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How much the loop allocates for one plain request once everything is warm, by the thread's own counter. The leak
/// detector, which allocates a record for every buffer, is off meanwhile. In a JVM of its own: after hundreds of other
/// tests the compiler would have seen more types at each call than a gateway ever shows it.
///
/// The bounds are what Netty's transports and its adaptive allocator take by themselves: a view of 64 bytes for each
/// buffer that is read into or written (`AdaptiveByteBuf.internalNioBuffer`), four a request; io_uring's descriptions
/// of its operations; the key sets of the JDK's selector with NIO. With epoll a single object of our own exceeds it.
@Timeout(120)
class AllocationIT {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_REQUESTS = 15_000;
    private static final int MEASURED_REQUESTS = 5_000;
    private static final int ROUNDS_MAX = 20;
    private static final int VIEW_BYTES = 4 * 64;

    private static final ResourceLeakDetector.Level LEVEL_BEFORE = ResourceLeakDetector.getLevel();

    @BeforeAll
    static void leakDetectionOff() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void leakDetectionAsBefore() {
        ResourceLeakDetector.setLevel(LEVEL_BEFORE);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void plainRequestAllocatesNothingOfOurs(Transport transport) throws Exception {
        try (Echo upstream = new Echo();
                TestGateway gateway = gateway(transport, upstream).listen();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
            double bytes = bytesPerRequest(
                    client, boundBytes(transport), "GET /menu HTTP/1.1\r\nHost: shop.example\r\nAccept: */*\r\n\r\n");
            assertThat(bytes).isLessThan(boundBytes(transport));
        }
    }

    private static double boundBytes(Transport transport) {
        return switch (transport) {
            case EPOLL -> VIEW_BYTES + 8;
            case IO_URING -> VIEW_BYTES + 100;
            case NIO -> VIEW_BYTES + 300;
        };
    }

    private static TestGateway gateway(Transport transport, Echo upstream) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.transport(transport).accessLog(AccessLog.Level.PROBLEMS))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build());
    }

    private static double bytesPerRequest(Socket client, double bound, String request) throws IOException {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        client.setTcpNoDelay(true);
        run(client, bytes, WARM_UP_REQUESTS);
        long loop = loopThread();
        double least = Double.MAX_VALUE;
        // The compiler removes allocations when it gets to it: later on a busy machine. The steady state is the least.
        for (int round = 0; round < ROUNDS_MAX && least >= bound; round++) {
            long before = THREADS.getThreadAllocatedBytes(loop);
            run(client, bytes, MEASURED_REQUESTS);
            long allocated = THREADS.getThreadAllocatedBytes(loop) - before;
            least = Math.min(least, (double) allocated / MEASURED_REQUESTS);
        }
        return least;
    }

    private static void run(Socket client, byte[] request, int requests) throws IOException {
        OutputStream out = client.getOutputStream();
        InputStream in = client.getInputStream();
        byte[] buffer = new byte[4096];
        for (int i = 0; i < requests; i++) {
            out.write(request);
            int seen = 0;
            // Every answer ends with the two bytes `ok`; nothing else in it does.
            while (seen < 2 || buffer[seen - 2] != 'o' || buffer[seen - 1] != 'k') {
                int read = in.read(buffer, seen, buffer.length - seen);
                if (read < 0) {
                    throw new IOException("closed");
                }
                seen += read;
            }
            if (i == 0) {
                assertThat(new String(buffer, 0, seen, StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    private static long loopThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("gw-loop-0"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }

    /// Answers whatever one read brings, as an upstream that closes nothing.
    private static final class Echo implements AutoCloseable {
        private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
                .getBytes(StandardCharsets.US_ASCII);
        private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

        Echo() throws IOException {
            Thread.ofPlatform().daemon().name("echo").start(this::serve);
        }

        Endpoint endpoint() {
            return new Endpoint("127.0.0.1", server.getLocalPort());
        }

        private void serve() {
            try (Socket socket = server.accept()) {
                socket.setTcpNoDelay(true);
                byte[] buffer = new byte[16 * 1024];
                while (socket.getInputStream().read(buffer) > 0) {
                    socket.getOutputStream().write(ANSWER);
                }
            } catch (IOException e) {
                // The end of the test.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
