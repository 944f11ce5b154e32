package io.forebay.gateway.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The JDK's TLS client over blocking sockets. One client keeps its sessions and resumes them.
final class TlsClient {
    private static final String PEER_NAME = "server";

    private final SSLContext context;
    private String version = "TLSv1.3";
    private List<String> applicationProtocols = List.of();

    TlsClient(TestPki.Authority serverAuthority, TestPki.@Nullable Identity identity) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("server", serverAuthority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            context = SSLContext.getInstance("TLS");
            context.init(
                    identity == null ? new KeyManager[0] : new KeyManager[] {new Stubborn(identity)},
                    trust.getTrustManagers(),
                    null);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    TlsClient version(String version) {
        this.version = version;
        return this;
    }

    TlsClient applicationProtocols(String... protocols) {
        this.applicationProtocols = List.of(protocols);
        return this;
    }

    Connection connect(int port, @Nullable String serverName) throws IOException {
        return connect(new Socket(), port, serverName);
    }

    /// Over a socket of the caller's kind, not yet connected.
    Connection connect(Socket raw, int port, @Nullable String serverName) throws IOException {
        raw.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        raw.setSoTimeout(30_000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, PEER_NAME, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new Connection(socket);
    }

    /// Connects, reads the greeting, closes; leaves a session to resume.
    void visit(int port, @Nullable String serverName) throws IOException {
        try (Connection connection = connect(port, serverName)) {
            connection.readGreeting();
        }
    }

    static final class Connection implements AutoCloseable {
        private final SSLSocket socket;
        private final BufferedReader in;

        private Connection(SSLSocket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        SSLSession session() {
            return socket.getSession();
        }

        String applicationProtocol() {
            return socket.getApplicationProtocol();
        }

        X509Certificate serverCertificate() throws IOException {
            return (X509Certificate) session().getPeerCertificates()[0];
        }

        void readGreeting() throws IOException {
            String line = in.readLine();
            if (!TlsServer.GREETING.equals(line)) {
                throw new java.io.EOFException("no greeting: " + line);
            }
        }

        /// The echo; null when the server closed instead.
        @Nullable
        String exchange(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            return in.readLine();
        }

        /// Ends the connection in the middle of a test.
        void hangUp() throws IOException {
            socket.close();
        }

        @Override
        public void close() throws IOException {
            hangUp();
        }
    }

    /// Shows its certificate whatever authorities the server named.
    static final class Stubborn extends X509ExtendedKeyManager {
        private final TestPki.Identity identity;

        Stubborn(TestPki.Identity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "client";
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return "client";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"client"};
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
