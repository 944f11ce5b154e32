package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.route.RouteRule;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// How much the loop allocates for one request once everything is warm, by the thread's own counter. The leak
/// detector, which allocates a record for every buffer, is off as long as a probe is open.
///
/// Each class that uses it runs in a JVM of its own: after other tests the compiler would have seen more types at each
/// call than a gateway of this kind ever shows it, and keep objects that it removes there.
final class AllocationProbe implements AutoCloseable {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_REQUESTS = 15_000;
    private static final int MEASURED_REQUESTS = 5_000;
    private static final int ROUNDS_MAX = 20;
    static final String REQUEST = "GET /menu HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n";

    private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
    private final Echo upstream = new Echo();
    private final TestGateway gateway;

    AllocationProbe(Transport transport, RouteRule rule) throws IOException {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        gateway = new TestGateway(TestGateway.Boot.DEFAULT.transport(transport).accessLog(AccessLog.Level.PROBLEMS))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", rule);
    }

    TestGateway gateway() {
        return gateway;
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        upstream.close();
        ResourceLeakDetector.setLevel(levelBefore);
    }

    /// Bytes of one request in the steady state, or of the first round that stays below `bound`.
    double bytesPerRequest(Socket client, double bound, String request) throws IOException {
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
