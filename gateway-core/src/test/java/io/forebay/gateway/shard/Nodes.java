package io.forebay.gateway.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.offload.JobFixture;
import io.forebay.gateway.offload.JobGateway;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.offload.TestTokens;
import io.forebay.gateway.offload.TestUpstream;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.tls.PeerPki;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Nodes of one policy that know each other. Node n is at `127.0.0.1n`; all have the same ports.
final class Nodes implements AutoCloseable {
    static final String PULL = """
            {workers: pull, leaseTerm: 60s, limits: {maxBody: 8Mi, maxResult: 12Mi}, permissions: [\
            {verbs: [lease], principal: {jwt: {provider: idp, claims: [{name: sub, values: [badri]}]}}}]}""";

    final PeerPki pki = new PeerPki("peers");
    final TestUpstream upstream = TestUpstream.start();
    final TestTokens tokens = new TestTokens();
    final String amina = tokens.token("amina");
    final String badri = tokens.token("badri");
    final int port;
    final int peerPort;
    private final int count;
    private final Address address;
    private final int callsMax;
    private final Path folder;
    private final String policy;
    private final List<JobGateway> nodes = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    /// How a node finds another.
    ///
    /// @param host with `{shard}` in it
    /// @param dns who knows it, where it is a name
    record Address(String host, DnsSettings dns) {
        static final Address LITERAL = new Address("127.0.0.1{shard}", DnsSettings.SYSTEM);
    }

    Nodes(Path folder, int count, String queueSpec, Address address, int callsMax) throws Exception {
        this.folder = folder;
        this.address = address;
        this.count = count;
        this.callsMax = callsMax;
        this.port = JobGateway.freePort();
        this.peerPort = JobGateway.freePort();
        this.policy = JobFixture.policy(upstream.port(), queueSpec);
        for (int node = 0; node < count; node++) {
            nodes.add(begin(node));
        }
    }

    static Nodes start(Path folder, int count, String queueSpec) throws Exception {
        return new Nodes(folder, count, queueSpec, Address.LITERAL, PeerSettings.CALLS_MAX_DEFAULT);
    }

    static String host(int node) {
        return "127.0.0.1" + node;
    }

    private JobGateway begin(int node) throws Exception {
        Path own = folder.resolve("node-" + node);
        Files.createDirectories(own.resolve("tokens"));
        Files.writeString(own.resolve("tokens/jwks.json"), tokens.jwks());
        PeerSettings peers = new PeerSettings(
                address.host() + ":" + peerPort, count, host(node), peerPort, PeerSettings.NAME_DEFAULT, callsMax);
        JobGateway begun = JobGateway.start(
                own,
                port,
                policy,
                TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.ALL),
                new JobGateway.Node(
                        host(node), new JobSettings("/_", node, 1_000, count, node == 0), address.dns(), peers));
        assertThat(begun.gateway().peers(issued(pki, PeerSettings.NAME_DEFAULT)))
                .isEmpty();
        return begun;
    }

    /// A certificate of the authority, which alone is believed.
    static PeerTls issued(PeerPki authority, String dnsName) {
        PeerPki.Shown shown = authority.issue(dnsName);
        return new PeerTls(shown.chainPem(), shown.keyPem(), authority.pem());
    }

    JobGateway node(int node) {
        return nodes.get(node);
    }

    /// Ends a node without a drain: what is under way is cut off.
    void kill(int node) {
        nodes.get(node).close();
    }

    /// Starts it on the folder it had.
    void restart(int node) throws Exception {
        nodes.set(node, begin(node));
    }

    HttpResponse<byte[]> send(int node, String method, String path, String token, String body, String... fields) {
        return send(node, method, path, token, HttpRequest.BodyPublishers.ofString(body), fields);
    }

    HttpResponse<byte[]> send(
            int node, String method, String path, String token, HttpRequest.BodyPublisher body, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host(node) + ":" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.contentLength() == 0 ? HttpRequest.BodyPublishers.noBody() : body);
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " at node " + node, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpResponse<byte[]> get(int node, String path, String... fields) {
        return send(node, "GET", path, amina, "", fields);
    }

    /// Submits a job of Amina's and gives its path.
    String submit(int node, String body) {
        HttpResponse<byte[]> accepted = send(node, "POST", "/always", amina, body);
        assertThat(accepted.statusCode()).as(JobFixture.text(accepted)).isEqualTo(202);
        return accepted.headers().firstValue("location").orElseThrow();
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(JobGateway::close);
        upstream.close();
        client.close();
    }
}
