package io.forebay.gateway;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.mesh.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// An upstream on loopback that speaks HTTP/1.1 over TLS and knows nothing of ALPN.
final class TlsTestUpstream implements AutoCloseable {
    final AtomicInteger accepted = new AtomicInteger();
    private final SSLServerSocket server;
    private final Thread accepting;

    private TlsTestUpstream(SSLServerSocket server) {
        this.server = server;
        this.accepting = Thread.ofVirtual().name("upstream").start(this::accept);
    }

    static TlsTestUpstream ok(TestCertificates pki, String name) throws Exception {
        return new TlsTestUpstream((SSLServerSocket)
                pki.server(name).getServerSocketFactory().createServerSocket(0, 64, InetAddress.getLoopbackAddress()));
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().name("upstream-connection").start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private static void serve(SSLSocket socket) {
        try (Wire wire = new Wire(socket)) {
            while (true) {
                wire.read();
                wire.send(TestUpstream.OK);
            }
        } catch (IOException e) {
            // The other side has closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
