package io.forebay.main.quickstart;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// What the steps of the tour play on: the gateway, which they may kill and start, its upstreams, certificates, tokens.
/// Used by the tour's thread; [#close] also by the shutdown hook.
final class Tour implements AutoCloseable {
    private final TourFolder folder;
    private final Ports ports;
    private final TourPki pki;
    private final TourTokens tokens;
    private final DemoUpstreams upstreams;
    private final SamplePolicy policy;
    private final Narrator narrator;
    /// Guarded by this: the hook must not miss a child that starts just now.
    private GatewayChild gateway;
    private boolean isClosed;

    Tour(
            TourFolder folder,
            Ports ports,
            TourPki pki,
            TourTokens tokens,
            DemoUpstreams upstreams,
            SamplePolicy policy,
            Narrator narrator)
            throws IOException {
        this.folder = folder;
        this.ports = ports;
        this.pki = pki;
        this.tokens = tokens;
        this.upstreams = upstreams;
        this.policy = policy;
        this.narrator = narrator;
        this.gateway = GatewayChild.start(folder, ports.admin());
    }

    /// A client that shows its certificate.
    TourClient client() throws GeneralSecurityException {
        return TourClient.withCertificate(ports.gateway(), pki, narrator);
    }

    TourClient clientWithoutCertificate() throws GeneralSecurityException {
        return TourClient.withoutCertificate(ports.gateway(), pki, narrator);
    }

    String authorization(Caller caller) {
        return tokens.authorization(caller);
    }

    synchronized GatewayChild gateway() {
        return gateway;
    }

    /// Starts the gateway again after it was killed.
    void restart() throws IOException, InterruptedException, TourFailedException {
        synchronized (this) {
            if (isClosed) {
                throw new InterruptedException("the tour is being ended");
            }
            gateway = GatewayChild.start(folder, ports.admin());
        }
        gateway().awaitReady();
    }

    Narrator narrator() {
        return narrator;
    }

    ReportDesk desk() {
        return upstreams.desk();
    }

    SamplePolicy policy() {
        return policy;
    }

    TourFolder folder() {
        return folder;
    }

    Ports ports() {
        return ports;
    }

    @Override
    public void close() {
        GatewayChild last;
        synchronized (this) {
            isClosed = true;
            last = gateway;
        }
        last.stop();
        upstreams.close();
    }
}
