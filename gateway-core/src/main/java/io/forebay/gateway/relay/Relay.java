package io.forebay.gateway.relay;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.StreamCall;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerName;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRule;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's connection and one to a backend, each written what the other reads. Whoever reads faster than the other
/// side takes is paused; when one side says that nothing follows, the other is told so and may go on. Nothing is read
/// from the client before the backend's connection stands, but for the bytes that chose it.
///
/// Where TLS ends here, a client says by close_notify that nothing follows, and is told so by one. A connection that
/// ends without is cut off, whatever has ended it: the backend sees a reset, so that half of what was said cannot pass
/// for
/// all of it. A client whose backend is gone is reset likewise, since close_notify would vouch for half an answer.
///
/// Owned by its loop. Told to the observer once, when both connections are closed.
final class Relay implements StreamCall.Listener, Deadlines.Timed {
    /// How long both sides may be silent.
    static final long IDLE_NS = TimeUnit.HOURS.toNanos(1);
    /// How long they are silent before a drain ends them.
    static final long DRAINED_NS = TimeUnit.SECONDS.toNanos(5);
    /// How long what is left may take to be written.
    static final long CLOSING_NS = TimeUnit.SECONDS.toNanos(30);

    private final LoopContext loop;
    private final LoopUpstreams upstreams;
    private final ListenerPolicy listener;
    private final @Nullable ConnectionRule rule;
    private final ServerName serverName;
    private final ConnectionAddresses addresses;
    private final Connection.Trust trust;
    private final RelayObserver observer;
    private final RelayEnd client = new RelayEnd(this);
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private final long startedNs = System.nanoTime();

    private @Nullable RelayEnd server;
    private @Nullable StreamCall call;
    private @Nullable String upstream;
    private @Nullable String reason;
    private long lastNs = startedNs;
    private boolean isJoined;
    private boolean isDraining;
    private boolean isClosing;
    private boolean isOver;
    private int deadlineSlot = Deadlines.NONE;

    Relay(
            LoopContext loop,
            LoopUpstreams upstreams,
            ListenerPolicy listener,
            ServerName serverName,
            ConnectionAddresses addresses,
            Connection.Trust trust,
            RelayObserver observer) {
        this.loop = loop;
        this.upstreams = upstreams;
        this.listener = listener;
        this.rule = listener.connections().match(serverName);
        this.serverName = serverName;
        this.addresses = addresses;
        this.trust = trust;
        this.observer = observer;
    }

    /// The client's side, to be put into its pipeline.
    ChannelHandler client() {
        return client;
    }

    // ---- the beginning

    void onAdded(RelayEnd end) {
        if (end != client) {
            return;
        }
        observer.onBegin();
        loop.deadlines().add(this);
        client.read(false);
        ConnectionRule taken = rule;
        if (taken == null) {
            close("no-route");
            return;
        }
        BackendSplit.Share share = taken.backends().pick(loop.nextRandom(), upstreams.readiness());
        String backend = share.backend();
        if (backend == null) {
            close("backend-invalid");
            return;
        }
        StreamCall begun = upstreams.connect(backend, addresses, this);
        if (isClosing) {
            begun.end();
        } else {
            call = begun;
        }
    }

    @Override
    public ChannelHandler handler() {
        RelayEnd end = new RelayEnd(this);
        server = end;
        return end;
    }

    @Override
    public void onConnected(Endpoint endpoint) {
        RelayEnd to = server;
        if (isClosing || to == null) {
            return;
        }
        upstream = endpoint.toString();
        isJoined = true;
        lastNs = System.nanoTime();
        ByteBuf bytes = early.pollFirst();
        while (bytes != null) {
            to.write(bytes);
            bytes = early.pollFirst();
        }
        to.flush();
        if (client.isInputEnded) {
            to.endOutput();
        } else if (to.isWritable()) {
            client.read(true);
        }
    }

    @Override
    public void onFailure(UpstreamFailure failure) {
        server = null;
        close(failure.reason());
    }

    // ---- both ways

    private @Nullable RelayEnd other(RelayEnd end) {
        return end == client ? server : client;
    }

    void onRead(RelayEnd from, ByteBuf bytes) {
        lastNs = System.nanoTime();
        from.receivedBytes += bytes.readableBytes();
        RelayEnd to = other(from);
        if (isClosing || (isJoined && (to == null || to.isClosed))) {
            bytes.release();
        } else if (isJoined && to != null) {
            to.write(bytes);
            if (!to.isWritable()) {
                from.read(false);
            }
        } else {
            early.addLast(bytes);
        }
    }

    void onReadComplete(RelayEnd from) {
        RelayEnd to = other(from);
        if (isJoined && !isClosing && to != null && !to.isClosed) {
            to.flush();
        }
    }

    void onWritability(RelayEnd end) {
        RelayEnd paused = other(end);
        if (isJoined && !isClosing && paused != null && !paused.isClosed && end.isWritable()) {
            lastNs = System.nanoTime();
            paused.read(true);
        }
    }

    // ---- ends

    void onInputEnded(RelayEnd from) {
        RelayEnd to = other(from);
        boolean isEarly = from == client && !isJoined;
        if (isClosing || isEarly) {
            // What the client has said is whole, and is said to the backend once that is there.
            return;
        }
        if (!isJoined || to == null || to.isClosed) {
            close("client-reset");
        } else {
            to.endOutput();
        }
    }

    /// The client's TLS ended in the middle.
    void onCutOff() {
        close("client-reset");
    }

    void onOutputEnded() {
        RelayEnd to = server;
        if (to != null && client.isOutputEnded && to.isOutputEnded) {
            close(null);
        }
    }

    void onClosed(RelayEnd end) {
        if (end != client && end != server) {
            // Of a try that was given up.
            return;
        }
        if (!isClosing) {
            RelayEnd to = server;
            boolean isWhole = to != null && client.isInputEnded && to.isInputEnded;
            close(isWhole ? null : end == client ? "client-reset" : "upstream-reset");
        }
        endIfClosed();
    }

    /// Finish when nothing is said for a while: nobody knows where in the conversation that would be polite.
    void onDrain() {
        isDraining = true;
    }

    private void close(@Nullable String why) {
        if (isClosing) {
            return;
        }
        isClosing = true;
        reason = why;
        lastNs = System.nanoTime();
        ByteBuf bytes = early.pollFirst();
        while (bytes != null) {
            bytes.release();
            bytes = early.pollFirst();
        }
        if (!isJoined) {
            endCall();
        }
        RelayEnd to = isJoined ? server : null;
        if (to == null || why == null || !client.isTls()) {
            client.close();
        } else {
            cutOff(to);
        }
        if (to != null) {
            to.close();
        }
    }

    /// What is not whole must not look so to the other side.
    private void cutOff(RelayEnd to) {
        if (!client.isInputEnded) {
            to.breakOff();
        }
        if (to.isClosed && !to.isInputEnded) {
            client.reset();
        } else {
            client.close();
        }
    }

    private void endCall() {
        StreamCall begun = call;
        call = null;
        if (begun != null) {
            begun.end();
        }
    }

    private void endIfClosed() {
        RelayEnd to = server;
        if (isOver || !client.isClosed || (isJoined && to != null && !to.isClosed)) {
            return;
        }
        isOver = true;
        endCall();
        loop.deadlines().remove(this);
        observer.onEnd(new RelayedConnection(
                listener.id(),
                rule == null ? null : rule.id(),
                addresses.client(),
                serverName.toString(),
                upstream,
                System.nanoTime() - startedNs,
                client.receivedBytes,
                to == null ? 0 : to.receivedBytes,
                reason));
    }

    @Override
    public void onSweep(long nowNs) {
        long silentNs = nowNs - lastNs;
        if (isClosing) {
            if (silentNs > CLOSING_NS) {
                client.abort();
                RelayEnd to = server;
                if (to != null) {
                    to.abort();
                }
            }
        } else if (isDraining && silentNs > DRAINED_NS) {
            close("drained");
        } else if (silentNs > IDLE_NS) {
            close("idle-timeout");
        } else if (!trust.isStillTrusted(System.currentTimeMillis())) {
            close("client-not-trusted");
        }
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
