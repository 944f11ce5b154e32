package io.forebay.gateway.shard;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.PeerPki;
import io.forebay.mesh.identity.Credential;
import io.forebay.offload.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Who may hand on, and what.
@ExtendWith(LeakWatch.class)
class PeerPortComponentTest {
    /// A client that only its peer can speak for.
    private static final String HANDED = "port=@PORT@;tls=false;sni=;address=@CLIENT@";

    private static final int CALLS_MAX = 2;

    private static Nodes nodes;
    private String job;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        nodes = new Nodes(folder, 2, Nodes.PULL, Nodes.Address.LITERAL, CALLS_MAX);
    }

    @BeforeEach
    void submit() {
        job = nodes.submit(0, "order");
    }

    @AfterAll
    static void stop() throws IOException {
        nodes.close();
    }

    private static String handed() {
        return handed("192.0.2.66");
    }

    private static String handed(String client) {
        return HANDED.replace("@PORT@", String.valueOf(nodes.port)).replace("@CLIENT@", client);
    }

    /// One request to the peers' port of node 0, and all of its answer.
    private String ask(PeerPki.@Nullable Shown shown, String path, String handed) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(shown), new TrustManager[] {new Anyone()}, null);
        try (Socket socket = context.getSocketFactory().createSocket(Nodes.host(0), nodes.peerPort)) {
            socket.setSoTimeout(30_000);
            ((SSLSocket) socket).startHandshake();
            String field = handed.isEmpty() ? "" : "forebay-handed: " + handed + "\r\n";
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nhost: shop.test\r\nconnection: close, forebay-handed\r\n"
                                    + "authorization: Bearer " + nodes.amina + "\r\n" + field + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static KeyManager @Nullable [] keys(PeerPki.@Nullable Shown shown) throws Exception {
        if (shown == null) {
            return null;
        }
        Credential credential = Credential.fromPem(shown.chainPem(), shown.keyPem());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "peer", credential.key(), new char[0], credential.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void peerSpeaksForItsClient() throws Exception {
        assertThat(ask(nodes.pki.issue(PeerSettings.NAME_DEFAULT), job, handed("192.0.2.1")))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"state\":\"queued\"");
        await().until(() -> nodes.node(0).accessLog().contains("\"client\":\"192.0.2.1\""));
    }

    @Test
    void nobodyElseDoes() throws Exception {
        HttpResponse<byte[]> direct = nodes.get(0, job, "forebay-handed", handed("192.0.2.2"));
        HttpResponse<byte[]> forwarded = nodes.get(1, job, "forebay-handed", handed("192.0.2.2"));

        assertThat(direct.statusCode()).isEqualTo(200);
        assertThat(forwarded.statusCode()).isEqualTo(200);
        await().until(() -> nodes.node(0)
                        .accessLog()
                        .lines()
                        .filter(line -> line.contains(job))
                        .count()
                == 2);
        assertThat(nodes.node(0).accessLog()).doesNotContain("192.0.2.2\"");
        assertThat(nodes.node(1).accessLog()).doesNotContain("192.0.2.2\"");
    }

    @Test
    void strangersGetNoConnection() {
        PeerPki.Shown other = new PeerPki("others").issue(PeerSettings.NAME_DEFAULT);

        assertThatThrownBy(() -> ask(null, job, handed())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ask(other, job, handed())).isInstanceOf(IOException.class);
    }

    @Test
    void certificateWithoutThePeersNameIsRefused() throws Exception {
        assertThat(ask(nodes.pki.issue("shop.test"), job, handed()))
                .startsWith("HTTP/1.1 403 ")
                .contains("\"reason\":\"not-a-peer\"");
    }

    @Test
    void peerThatDoesNotSayForWhomIsRefused() throws Exception {
        PeerPki.Shown peer = nodes.pki.issue(PeerSettings.NAME_DEFAULT);

        for (String said : new String[] {"", "nonsense", "port=80"}) {
            assertThat(ask(peer, job, said)).startsWith("HTTP/1.1 400 ").contains("\"reason\":\"handed-unreadable\"");
        }
    }

    @Test
    void whatIsOfAnotherNodeGoesNoFurther() throws Exception {
        PeerPki.Shown peer = nodes.pki.issue(PeerSettings.NAME_DEFAULT);
        String foreign = "/_jobs/" + JobId.of(System.currentTimeMillis(), 1, 7).text();

        for (String path : new String[] {foreign, "/always", "/_queues/reports/leases", "/_jobs/x"}) {
            assertThat(ask(peer, path, handed("192.0.2.3")))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("/problems/shard-unavailable\"", "\"reason\":\"not-its-owner\"");
        }
        assertThat(nodes.node(1).accessLog()).doesNotContain(foreign);
    }

    @Test
    void oneCallTooManyIsRefused() throws Exception {
        String etag = nodes.get(1, job).headers().firstValue("etag").orElseThrow();
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
        for (int i = 0; i < CALLS_MAX; i++) {
            waiting.add(
                    CompletableFuture.supplyAsync(() -> nodes.get(1, job, "prefer", "wait=50", "if-none-match", etag)));
        }
        await().until(() -> nodes.node(0).gateway().longPolls() == CALLS_MAX);

        HttpResponse<byte[]> refused = nodes.get(1, job);
        assertThat(refused.statusCode()).as(text(refused)).isEqualTo(503);
        assertThat(text(refused)).contains("/problems/shard-unavailable\"", "\"reason\":\"shard-busy\"");
        assertThat(refused.headers().firstValue("retry-after")).contains("1");

        assertThat(nodes.send(0, "DELETE", job, nodes.amina, "").statusCode()).isEqualTo(200);
        for (CompletableFuture<HttpResponse<byte[]>> answer : waiting) {
            assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void certificatesAreReplacedWhileItRuns() throws Exception {
        assertThat(nodes.get(1, job).statusCode()).isEqualTo(200);
        PeerPki next = new PeerPki("next");
        PeerPki.Shown before = nodes.pki.issue(PeerSettings.NAME_DEFAULT);

        assertThat(nodes.node(0).gateway().peers(Nodes.issued(next, PeerSettings.NAME_DEFAULT)))
                .isEmpty();
        assertThat(nodes.get(1, job).statusCode()).as("one end only").isEqualTo(503);
        assertThat(nodes.node(1).gateway().peers(Nodes.issued(next, PeerSettings.NAME_DEFAULT)))
                .isEmpty();

        assertThat(nodes.get(1, job).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> ask(before, job, handed())).isInstanceOf(IOException.class);
        for (int node = 0; node < 2; node++) {
            assertThat(nodes.node(node).gateway().peers(Nodes.issued(nodes.pki, PeerSettings.NAME_DEFAULT)))
                    .isEmpty();
        }
    }

    @Test
    void certificatesThatCannotBeUsedChangeNothing() {
        assertThat(nodes.node(0).gateway().peers(new PeerTls("none", "none", nodes.pki.pem())))
                .hasSize(1);
        assertThat(nodes.get(1, job).statusCode()).isEqualTo(200);
    }
}
