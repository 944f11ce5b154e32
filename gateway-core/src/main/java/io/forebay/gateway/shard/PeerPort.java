package io.forebay.gateway.shard;

import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Connections;
import io.forebay.gateway.transport.ListenerParts;
import io.forebay.gateway.transport.Listeners;
import java.util.List;
import java.util.random.RandomGenerator;

/// The port at which this node takes what its peers hand on. No connection comes about without a certificate of the
/// peers' authority on both ends. Called by one thread at a time.
public final class PeerPort implements AutoCloseable {
    private final PeerSettings settings;
    private final Connections connections;
    private final Listeners listeners;

    /// Opens nothing yet.
    ///
    /// @param like what the ports of clients work with
    /// @param stages where the requests go
    public PeerPort(PeerSettings settings, ShardOwners owners, ListenerParts like, RequestHandler stages) {
        this.settings = settings;
        this.connections = new Connections(settings.acceptedMax());
        this.listeners = new Listeners(like.ofPeers(connections, new PeerRequests(stages, owners, settings.name())));
    }

    /// Opens the port, or has it show another certificate from now on and believe other authorities: a connection that
    /// these have not issued for bears no later request.
    ///
    /// @param isShared whether another process listens there, which this one is about to succeed
    /// @return what went wrong, in one line each; nothing has changed then
    public List<String> listen(PeerTls tls, boolean isShared) {
        TlsHost host =
                new TlsHost("", tls.chainPem(), tls.keyPem(), new ClientValidation.Required(tls.authoritiesPem()));
        TlsListenerSettings only = new TlsListenerSettings(List.of(host), List.of(TlsListenerSettings.HTTP_1_1));
        return listeners.apply(
                List.of(new Listeners.Wanted(settings.listenHost(), settings.listenPort(), only)), isShared);
    }

    /// Connections of peers that are open.
    public int count() {
        return connections.count();
    }

    /// Accepts no more, and lets what is under way end.
    ///
    /// @param spreadNs over which the connections are told
    public void drain(long spreadNs, RandomGenerator random) {
        listeners.stopAccepting();
        connections.drain(spreadNs, random);
    }

    @Override
    public void close() {
        listeners.close();
        connections.closeAll();
    }
}
