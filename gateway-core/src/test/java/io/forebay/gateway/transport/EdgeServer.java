package io.forebay.gateway.transport;

import io.forebay.gateway.TestPorts;
import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.relay.RelayObserver;
import io.forebay.gateway.relay.Relays;
import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.tls.TlsObserver;
import io.forebay.gateway.tls.TlsSettingsException;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.PolicySnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A listener on a loopback port with one loop behind it and a handler of the test's.
public final class EdgeServer implements AutoCloseable {
    private final Loops loops;
    private final Connections connections = new Connections(1_000);
    private final Listener listener;
    private final ListenerParts parts;

    private EdgeServer(Transport transport, RequestHandler handler, @Nullable DownstreamTls tls, ClientTraffic traffic)
            throws IOException {
        loops = new Loops(Transport.choose(transport).transport(), 1, DnsSettings.SYSTEM.provider(), new Random(7));
        parts = new ListenerParts(
                loops,
                connections,
                new AcceptGate(() -> false),
                new ConnectionRefusals(),
                handler,
                new Relays(PolicySnapshot::empty, new LoopUpstreams[0], RelayObserver.NONE),
                TlsObserver.NONE,
                new ProxyHeaderRefusals());
        listener = Listener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), TestPorts.next()),
                parts,
                new PortSettings.Current(traffic, Relayed.NONE, tls));
    }

    public static EdgeServer cleartext(RequestHandler handler) throws IOException {
        return cleartext(handler, ClientTraffic.NONE);
    }

    public static EdgeServer cleartext(RequestHandler handler, ClientTraffic traffic) throws IOException {
        return new EdgeServer(Transport.EPOLL, handler, null, traffic);
    }

    public static EdgeServer cleartext(Transport transport, RequestHandler handler) throws IOException {
        return new EdgeServer(transport, handler, null, ClientTraffic.NONE);
    }

    public static EdgeServer tls(RequestHandler handler, TlsListenerSettings settings)
            throws IOException, TlsSettingsException {
        DownstreamTls tls = DownstreamTls.open(
                "test", settings, new TlsObserver() {}, System::currentTimeMillis, new SecureRandom());
        return new EdgeServer(Transport.EPOLL, handler, tls, ClientTraffic.NONE);
    }

    /// The same with HTTP/3 beside it.
    public static EdgeServer http3(Transport transport, RequestHandler handler, TlsListenerSettings settings)
            throws IOException, TlsSettingsException {
        return http3(transport, handler, settings, ClientTraffic.NONE);
    }

    public static EdgeServer http3(
            Transport transport, RequestHandler handler, TlsListenerSettings settings, ClientTraffic traffic)
            throws IOException, TlsSettingsException {
        DownstreamTls tls = DownstreamTls.open(
                "test", settings, new TlsObserver() {}, System::currentTimeMillis, new SecureRandom());
        EdgeServer server = new EdgeServer(transport, handler, tls, traffic);
        server.openHttp3(settings, traffic);
        return server;
    }

    /// Begins to speak HTTP/3 at the port.
    public void openHttp3(TlsListenerSettings settings) throws TlsSettingsException {
        openHttp3(settings, ClientTraffic.NONE);
    }

    private void openHttp3(TlsListenerSettings settings, ClientTraffic traffic) throws TlsSettingsException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
        listener.http3(Http3Port.open(address, parts, settings, traffic, listener.open()));
    }

    private Http3Port beside() {
        Http3Port beside = listener.http3();
        if (beside == null) {
            throw new IllegalStateException("a listener without HTTP/3");
        }
        return beside;
    }

    /// Why HTTP/3 is not spoken, or null.
    public @Nullable String http3Fault() {
        return beside().fault();
    }

    /// Replaces the certificates of HTTP/3, as a policy reload does.
    public void updateHttp3(TlsListenerSettings settings) throws TlsSettingsException {
        beside().update(settings, ClientTraffic.NONE);
    }

    public int port() {
        return listener.port();
    }

    /// Binds what counts connections beyond a limit.
    public void bindLimited(MeterRegistry registry) {
        parts.limited().bind(registry);
    }

    public int openConnections() {
        return connections.count();
    }

    /// Replaces the TLS settings, as a policy reload does.
    public void update(TlsListenerSettings settings) throws TlsSettingsException {
        DownstreamTls tls = listener.tls();
        if (tls == null) {
            throw new IllegalStateException("a cleartext listener");
        }
        tls.update(settings);
    }

    /// As a gateway does that ends, before it drains.
    public void stopAccepting() {
        listener.stopAccepting();
    }

    public void drain() {
        connections.drain();
    }

    /// Closes the listener as a policy does that does not want it any longer.
    public void withdraw() {
        listener.withdraw();
    }

    /// Runs `task` on the loop and waits for its result.
    public <T> T onLoop(Callable<T> task) {
        try {
            return loop().eventLoop().submit(task).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    public LoopContext loop() {
        return loops.contexts().getFirst();
    }

    /// What connects to other sockets on the loop.
    public EndpointConnector endpoints(LoopContext on) {
        return new EndpointConnector(
                loops.connector(on),
                loops.unixConnector(on),
                loops::unixAddress,
                loops.transport().keepaliveOptions());
    }

    /// Listens on the same loop for another process.
    public OwnerSocket ownerSocket(Path path, RequestHandler owner) throws IOException {
        return OwnerSocket.bind(path, loops, owner);
    }

    @Override
    public void close() {
        listener.close();
        connections.closeAll();
        loops.close();
    }
}
