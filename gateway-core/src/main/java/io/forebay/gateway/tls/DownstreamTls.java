package io.forebay.gateway.tls;

import static java.util.Objects.requireNonNull;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.OpenSsl;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// TLS of one listener. Holds the current hosts behind one volatile field; `update` replaces them while
/// connections run.
///
/// `newHandler` is called on event loops; `update` and `close` by whoever owns the settings, on any thread but
/// a loop, since building contexts takes milliseconds. Connections that are open keep the certificate and keys
/// they began with.
///
/// Add `newHandler()` to a channel's pipeline and the connection's own handler behind it. That one receives a
/// `TlsConnection` as user event when the handshake is done, then decrypted bytes; on failure the channel just
/// closes.
public final class DownstreamTls implements AutoCloseable {
    private final String listener;
    private final TlsObserver observer;
    private final LongSupplier nowMs;
    private final SecureRandom random;

    private volatile TlsHostTable table = new TlsHostTable(0, List.of());
    private List<TlsHostContext> contexts = List.of();
    private boolean isClosed;

    private DownstreamTls(String listener, TlsObserver observer, LongSupplier nowMs, SecureRandom random) {
        this.listener = requireNonNull(listener, "listener");
        this.observer = requireNonNull(observer, "observer");
        this.nowMs = requireNonNull(nowMs, "nowMs");
        this.random = requireNonNull(random, "random");
    }

    /// Loads BoringSSL and makes the listener's first hosts ready.
    ///
    /// @param listener the listener's name: sessions of two listeners never mix
    /// @param nowMs wall clock, milliseconds since the epoch, against which certificates are checked
    /// @param random source of ticket keys
    /// @throws TlsSettingsException the settings cannot be served, or BoringSSL did not load
    public static DownstreamTls open(
            String listener,
            TlsListenerSettings settings,
            TlsObserver observer,
            LongSupplier nowMs,
            SecureRandom random)
            throws TlsSettingsException {
        if (!OpenSsl.isAvailable()) {
            throw new TlsSettingsException(
                    "TLS needs BoringSSL, and netty-tcnative-boringssl-static did not load on this platform ("
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")",
                    OpenSsl.unavailabilityCause());
        }
        DownstreamTls tls = new DownstreamTls(listener, observer, nowMs, random);
        tls.update(settings);
        return tls;
    }

    /// Serves these settings from now on. Hosts that did not change keep their context and their sessions. All
    /// or nothing: when one host cannot be served, what was served before stays.
    ///
    /// @throws TlsSettingsException names the host and the text at fault
    public synchronized void update(TlsListenerSettings settings) throws TlsSettingsException {
        if (isClosed) {
            throw new IllegalStateException("listener " + listener + " is closed");
        }
        List<TlsHostContext> next = new ArrayList<>();
        List<TlsHostContext> built = new ArrayList<>();
        try {
            for (TlsHost host : settings.hosts()) {
                TlsHostContext before = table.of(host);
                if (before != null && before.serves(host, settings.applicationProtocols())) {
                    next.add(before);
                } else {
                    TlsHostContext context = TlsHostContext.build(
                            host, settings.applicationProtocols(), before, listener, nowMs, random);
                    built.add(context);
                    next.add(context);
                }
            }
        } catch (TlsSettingsException | RuntimeException e) {
            built.forEach(TlsHostContext::release);
            throw e;
        }
        publish(new TlsHostTable(table.generation() + 1, next), next);
    }

    /// Refuses new connections and lets go of the contexts. Open connections keep theirs until they end, and
    /// are trusted by the last settings: a listener that drains fails no request.
    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            publish(table.closed(), List.of());
        }
    }

    /// The old contexts go only after the new table is visible: a loop that finds one freed looks again and
    /// finds the new.
    private void publish(TlsHostTable next, List<TlsHostContext> nextContexts) {
        List<TlsHostContext> before = contexts;
        contexts = nextContexts;
        table = next;
        for (TlsHostContext context : before) {
            if (!nextContexts.contains(context)) {
                context.release();
            }
        }
    }

    /// A handler for one new connection.
    public ChannelHandler newHandler() {
        return new ClientHelloHandler(this, nowMs, observer);
    }

    TlsHostTable table() {
        return table;
    }
}
