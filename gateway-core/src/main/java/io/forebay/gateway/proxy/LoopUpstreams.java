package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.HeaderEdits;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All upstreams of one loop, and the calls it reuses. Follows the [UpstreamDirectory] lazily: the first call after a
/// new policy rebuilds the table, keeping pools of what stays. Owned by its loop.
///
/// Where a policy wants connections to stand before they are asked for, the loop follows by itself, at its next sweep.
public final class LoopUpstreams implements Deadlines.Timed {
    private static final int CALLS_KEPT_MAX = 256;

    private final LoopContext loop;
    private final int loops;
    private final UpstreamDirectory directory;
    private final EndpointConnector sockets;
    private final ArrayDeque<UpstreamCall> calls = new ArrayDeque<>();
    private final TeeBudget teeBudget = new TeeBudget();
    private final SlowCalls slowCalls;
    private final @Nullable ReplaySpool replays;
    private Map<String, LoopUpstream> byId = Map.of();
    private int deadlineSlot = Deadlines.NONE;
    private UpstreamDirectory.Generation seen = UpstreamDirectory.Generation.EMPTY;

    /// @param loops how many there are
    /// @param sockets opens sockets on `loop`
    /// @param replays where long bodies are kept for another try; null for nowhere
    public LoopUpstreams(
            LoopContext loop,
            int loops,
            UpstreamDirectory directory,
            EndpointConnector sockets,
            @Nullable ReplaySpool replays) {
        this.replays = replays;
        this.loop = loop;
        this.loops = loops;
        this.directory = directory;
        this.sockets = sockets;
        this.slowCalls = new SlowCalls(loop.eventLoop());
    }

    /// Calls a backend for an exchange. The outcome goes to the exchange, or to `listener` when there is no usable
    /// answer.
    ///
    /// @param backend namespace/name
    /// @param requestNs time for all tries since the exchange began, 0 for none
    /// @param tryNs time for one try, 0 for none
    public void call(
            Exchange exchange, String backend, HeaderEdits edits, long requestNs, long tryNs, CallListener listener) {
        call(exchange, backend, edits, requestNs, tryNs, listener, null, 0);
    }

    /// The same for a client that belongs to one endpoint, or a call that waits.
    ///
    /// @param session null for a client that belongs to none
    /// @param delayNs how long the call waits before it is made, 0 for not at all
    void call(
            Exchange exchange,
            String backend,
            HeaderEdits edits,
            long requestNs,
            long tryNs,
            CallListener listener,
            @Nullable CallSession session,
            long delayNs) {
        assert loop.isCurrent();
        follow();
        LoopUpstream upstream = byId.get(backend);
        if (upstream == null) {
            UpstreamFailure failure = new UpstreamFailure.NoReadyEndpoint(BackendId.of(backend));
            exchange.fails(failure.reason(), ResponseFlag.NO_READY_ENDPOINT);
            listener.onFailure(exchange, failure);
            return;
        }
        UpstreamCall call = calls.pollFirst();
        if (call == null) {
            call = new UpstreamCall(this);
        }
        call.start(exchange, upstream, edits, requestNs, tryNs, listener, session, delayNs);
    }

    /// Connects to a backend for a client's connection that is relayed as it is.
    ///
    /// @param backend namespace/name
    /// @return what is to be ended when the connection is over; ended already where there will be none
    public StreamCall connect(String backend, ConnectionAddresses client, StreamCall.Listener listener) {
        assert loop.isCurrent();
        follow();
        StreamCall call = new StreamCall(sockets, loop, client, listener);
        call.begin(BackendId.of(backend), byId.get(backend));
        return call;
    }

    /// The rule's modifiers and the caller's claims as one set of edits; see [RequestHeadWriter#join].
    public static HeaderEdits join(
            HeaderEdits rule, Collection<HeaderName> claimHeaders, List<ForwardedHeader> claims) {
        return RequestHeadWriter.join(rule, claimHeaders, claims);
    }

    @SuppressWarnings("ReferenceEquality") // the very generation
    private void follow() {
        UpstreamDirectory.Generation current = directory.current();
        if (current == seen) {
            return;
        }
        seen = current;
        Map<String, LoopUpstream> next = new HashMap<>();
        for (BackendGuard guard : current.guards().guards()) {
            String id = guard.backend().id().toString();
            UpstreamConnector connector = current.connector(
                    guard.backend(),
                    sockets,
                    loop,
                    guard.backend().connections().preconnectedOf(loops));
            next.put(id, LoopUpstream.of(guard, byId.get(id), connector));
        }
        byId.forEach((id, earlier) -> earlier.retireAllBut(next.get(id)));
        byId = next;
    }

    /// Begins to open connections before they are asked for, where a policy wants that. Any thread, once.
    public void start() {
        loop.eventLoop().execute(() -> loop.deadlines().add(this));
    }

    @Override
    public void onSweep(long nowNs) {
        if (directory.current().isPreconnected()) {
            follow();
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

    /// Whether the endpoint that the session is bound to is one of this backend's, and well.
    ///
    /// @param backend namespace/name
    boolean holds(String backend, CallSession session) {
        assert loop.isCurrent();
        follow();
        LoopUpstream upstream = byId.get(backend);
        return upstream != null && upstream.holds(session, System.nanoTime());
    }

    /// Which backends are ready; any thread.
    public BackendSplit.Readiness readiness() {
        return directory;
    }

    LoopContext loop() {
        return loop;
    }

    TeeBudget teeBudget() {
        return teeBudget;
    }

    @Nullable
    ReplaySpool replays() {
        return replays;
    }

    SlowCalls slowCalls() {
        return slowCalls;
    }

    void giveBack(UpstreamCall call) {
        if (calls.size() < CALLS_KEPT_MAX) {
            calls.addFirst(call);
        }
    }

    /// Closes resting connections; busy ones end with their calls.
    public void close() {
        loop.deadlines().remove(this);
        byId.forEach((id, upstream) -> upstream.retireAllBut(null));
        byId = Map.of();
    }
}
