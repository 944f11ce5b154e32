package io.forebay.main.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.forebay.main.process.GatewayUnderTest;
import io.forebay.main.process.JobClient;
import io.forebay.main.quickstart.TokenIssuer;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The packaged process with everything on that has meters, behind it an upstream that says 200.
final class LiveGateway implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LIFETIME = Duration.ofDays(10);

    private final HttpServer upstream;
    private final GatewayUnderTest gateway;
    private final JobClient client;
    private final int adminPort;
    private final Instant certificateEnds;
    private final HttpClient operator = HttpClient.newHttpClient();

    private LiveGateway(
            HttpServer upstream, GatewayUnderTest gateway, JobClient client, int adminPort, Instant certificateEnds) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.client = client;
        this.adminPort = adminPort;
        this.certificateEnds = certificateEnds;
    }

    /// Starts it.
    ///
    /// @param receiver of OTLP
    /// @param more settings of the boot configuration
    static LiveGateway start(Path folder, URI receiver, String... more) throws Exception {
        SecureRandom random = new SecureRandom();
        Validity validity = Validity.from(Instant.now(), LIFETIME);
        Credential server = CertificateAuthority.create("test", validity, random)
                .issueServer("localhost", List.of("localhost"), List.of(), validity, random);
        Path tls = Files.createDirectories(folder.resolve("policy/tls"));
        Files.writeString(tls.resolve("edge.pem"), server.chainPem());
        Files.writeString(tls.resolve("edge.key"), server.keyPem());
        TokenIssuer issuer = TokenIssuer.create(random);
        Files.writeString(folder.resolve("jwks.json"), issuer.jwks());

        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        upstream.start();
        int port = GatewayUnderTest.freePort();
        int adminPort = GatewayUnderTest.freePort();
        GatewayUnderTest.policyFile(
                folder,
                "all.yaml",
                policy(port, GatewayUnderTest.freePort(), upstream.getAddress().getPort()));
        List<String> options = new ArrayList<>(List.of("--admin-port", Integer.toString(adminPort)));
        List<String> settings = new ArrayList<>(List.of(
                "admin.metrics.open=true",
                "metrics.endpoint=" + receiver,
                "traces.endpoint=" + receiver,
                "traces.ratio=1",
                "loops=2"));
        settings.addAll(List.of(more));
        settings.forEach(setting -> options.addAll(List.of("--set", setting)));
        return new LiveGateway(
                upstream,
                GatewayUnderTest.start(folder, options.toArray(String[]::new)),
                new JobClient(port, issuer.token("a-client", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1))),
                adminPort,
                validity.notAfter());
    }

    /// When the certificate of its listener runs out.
    Instant certificateEnds() {
        return certificateEnds;
    }

    /// A call that is proxied.
    void proxied() throws IOException, InterruptedException {
        assertThat(client.get("/plain").statusCode()).isEqualTo(200);
    }

    /// A call that is refused, one that a policy in shadow mode would have refused, and one that the store refuses.
    void refused() throws IOException, InterruptedException {
        assertThat(client.get("/missing").statusCode()).isEqualTo(404);
        assertThat(client.get("/shadow").statusCode()).isEqualTo(200);
        submitted("reused", "one body");
        assertThat(client.post("/work", key("reused"), "another body").statusCode())
                .isEqualTo(422);
    }

    /// A job that was accepted and has run.
    void ran() throws IOException, InterruptedException {
        ranFor(submitted("ran", "a body"));
    }

    /// The same as part of a trace.
    void ran(String traceparent) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.post("/work", Map.of("Idempotency-Key", "\"traced\"", "traceparent", traceparent), "a body");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        ranFor(answer.headers().firstValue("location").orElseThrow());
    }

    private void ranFor(String status) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(client.get(status).body()).contains("\"state\":\"succeeded\""));
    }

    private String submitted(String key, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.post("/work", key(key), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private static Map<String, String> key(String key) {
        return Map.of("Idempotency-Key", "\"" + key + "\"");
    }

    /// What Prometheus gets.
    String scrape() throws IOException, InterruptedException {
        HttpResponse<String> answer = operator.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
        operator.shutdownNow();
        gateway.close();
        upstream.stop(0);
    }

    private static String policy(int port, int tlsPort, int upstreamPort) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners:
                  - {name: http, port: %d, protocol: HTTP}
                  - {name: https, port: %d, protocol: HTTPS, tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge}]}}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: edge}, spec: {tls.crt: tls/edge.pem, tls.key: tls/edge.key}}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - name: plain
                    matches: [{path: {type: PathPrefix, value: /plain}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: up}]
                  - name: shadow
                    matches: [{path: {type: PathPrefix, value: /shadow}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: up}]
                  - name: work
                    matches: [{path: {type: PathPrefix, value: /work}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: up}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: up}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: %d}}]}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: tokens}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: work}]
                  jwt: {providers: [{name: idp, issuer: "%4$s", audiences: [%5$s], localJWKS: {fileRef: ../jwks.json}}]}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: nobody}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: shadow}]
                  mode: shadow
                  jwt: {providers: [{name: idp, issuer: "%4$s", audiences: [%5$s], localJWKS: {fileRef: ../jwks.json}}]}
                  authorization:
                    defaultAction: Deny
                    rules: [{name: nobody, action: Allow, principal: {jwt: {provider: idp, scopes: [nobody]}}}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: OffloadPolicy
                metadata: {name: work}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: work}]
                  queue: work
                  clients: any
                  when: [{always: {}}]
                  idempotency: {window: 24h, required: true}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: Queue, metadata: {name: work}, spec: {concurrency: 2}}
                """.formatted(port, tlsPort, upstreamPort, TokenIssuer.ISSUER, TokenIssuer.AUDIENCE);
    }
}
