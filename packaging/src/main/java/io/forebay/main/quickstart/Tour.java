package io.forebay.main.quickstart;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
    private final List<String> flags;
    /// Guarded by this: the hook must not miss a child that starts just now.
    private GatewayChild gateway;
    private boolean isClosed;

    private Tour(
            TourFolder folder,
            Ports ports,
            TourPki pki,
            TourTokens tokens,
            DemoUpstreams upstreams,
            SamplePolicy policy,
            Narrator narrator,
            List<String> flags)
            throws IOException {
        this.folder = folder;
        this.ports = ports;
        this.pki = pki;
        this.tokens = tokens;
        this.upstreams = upstreams;
        this.policy = policy;
        this.narrator = narrator;
        this.flags = flags;
        this.gateway = GatewayChild.start(folder, ports.admin(), flags);
    }

    /// Certificates, tokens, policy and upstreams made anew, and the gateway started, which may not be ready yet.
    ///
    /// @param folder begun
    /// @param reportTime how long a report takes
    /// @param flags of the gateway's JVM, besides those of this one
    static Tour open(TourFolder folder, Ports ports, Narrator narrator, Duration reportTime, List<String> flags)
            throws IOException, GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        Instant now = Instant.now();
        TourPki pki = TourPki.create(folder, now, random);
        TourTokens tokens = TourTokens.create(folder, now, random);
        DemoUpstreams upstreams = DemoUpstreams.start(reportTime);
        SamplePolicy policy = new SamplePolicy(folder);
        policy.write(ports.gateway(), upstreams.menuPort(), upstreams.reportsPort());
        return new Tour(folder, ports, pki, tokens, upstreams, policy, narrator, flags);
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
            gateway = GatewayChild.start(folder, ports.admin(), flags);
        }
        gateway().awaitReady();
    }

    Narrator narrator() {
        return narrator;
    }

    ReportDesk desk() {
        return upstreams.desk();
    }

    DemoUpstreams upstreams() {
        return upstreams;
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
