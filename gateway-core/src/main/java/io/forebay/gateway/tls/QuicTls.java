package io.forebay.gateway.tls;

import io.forebay.policy.ServerName;
import io.forebay.policy.route.HostTable;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// TLS of one port's QUIC connections (RFC 9001): the certificates that its TCP listener shows. Holds the current hosts
/// behind one volatile field; `update` replaces them while connections run, which keep what they began with.
///
/// Only for hosts that ask nothing of client certificates: in QUIC the server name chooses the certificate, not what
/// is demanded of the client. A host that does ask is not served here, nor are requests for it. Nothing is sent or
/// taken before the handshake is done (no 0-RTT). Engines are made on event loops; `update` is called by whoever owns
/// the settings, on another thread, since it builds contexts.
public final class QuicTls {
    /// The protocol of ALPN (RFC 9114, section 3.1).
    public static final String HTTP_3 = "h3";

    private volatile Hosts hosts;

    private QuicTls(Hosts hosts) {
        this.hosts = hosts;
    }

    /// One host.
    ///
    /// @param context null where the host asks for client certificates
    private record Host(TlsHost settings, @Nullable QuicSslContext context) {}

    /// The hosts at one moment.
    ///
    /// @param base what a connection begins with, and stays with if it names no host
    private record Hosts(HostTable<Host> byName, Map<TlsHost, Host> bySettings, QuicSslContext base) {}

    /// Loads the native library.
    ///
    /// @return why there is no QUIC on this machine, or null
    public static @Nullable String unavailability() {
        return Quic.isAvailable()
                ? null
                : "HTTP/3 needs netty-codec-native-quic, which did not load on this platform ("
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + "): "
                        + Quic.unavailabilityCause().getMessage();
    }

    /// Makes the port's first hosts ready, where there is QUIC.
    ///
    /// @throws TlsSettingsException the settings cannot be served
    public static QuicTls open(TlsListenerSettings settings) throws TlsSettingsException {
        return new QuicTls(hosts(settings, Map.of()));
    }

    /// Serves these settings from now on. All or nothing.
    ///
    /// @throws TlsSettingsException names the host and the text at fault
    public synchronized void update(TlsListenerSettings settings) throws TlsSettingsException {
        hosts = hosts(settings, hosts.bySettings());
    }

    private static Hosts hosts(TlsListenerSettings settings, Map<TlsHost, Host> before) throws TlsSettingsException {
        HostTable.Builder<Host> byName = new HostTable.Builder<>();
        Map<TlsHost, Host> bySettings = new HashMap<>();
        HostKey fallback = HostKey.NONE;
        for (TlsHost host : settings.hosts()) {
            Host known = before.get(host);
            Host made = known == null ? new Host(host, context(host)) : known;
            bySettings.put(host, made);
            byName.putIfAbsent(host.hostname(), made);
            if (host.isDefault() && made.context() != null) {
                fallback = keys(host);
            }
        }
        HostTable<Host> table = byName.build();
        QuicSslContext base =
                builder(fallback).sni(name -> contextOf(table, name)).build();
        return new Hosts(table, Map.copyOf(bySettings), base);
    }

    /// Null ends the handshake: nobody answers to the name here.
    private static @Nullable QuicSslContext contextOf(HostTable<Host> table, @Nullable String name) {
        Host host = find(table, name);
        return host == null ? null : host.context();
    }

    private static @Nullable Host find(HostTable<Host> table, @Nullable String name) {
        return ServerName.of(name).find(table);
    }

    private static @Nullable QuicSslContext context(TlsHost host) throws TlsSettingsException {
        return host.clientValidation() instanceof ClientValidation.None
                ? builder(keys(host)).build()
                : null;
    }

    private static HostKey keys(TlsHost host) throws TlsSettingsException {
        try {
            List<X509Certificate> chain = Pem.certificates(host.certificateChainPem());
            PrivateKey key = TlsHostContext.keyOf(chain.getFirst(), host.privateKeyPem());
            return new HostKey(chain.toArray(X509Certificate[]::new), key);
        } catch (GeneralSecurityException e) {
            throw new TlsSettingsException("host " + host.label() + " of HTTP/3: " + e.getMessage(), e);
        }
    }

    private static QuicSslContextBuilder builder(HostKey keys) {
        return QuicSslContextBuilder.forServer(keys, null)
                .trustManager(new ClientTrustManager(ClientTrust.nobody(), System::currentTimeMillis))
                .applicationProtocols(HTTP_3)
                .earlyData(false);
    }

    /// What one new connection is encrypted with.
    public QuicSslEngine newEngine(ByteBufAllocator allocator) {
        return hosts.base().newEngine(allocator);
    }

    /// Whether a request for this host (the authority without its port) may travel on a connection of QUIC: the host
    /// is served here and asks nothing of clients. If not, answer 421 (RFC 9110, 15.5.20).
    public boolean mayServe(String host) {
        Host found = find(hosts.byName(), host);
        return found != null && found.context() != null;
    }
}
