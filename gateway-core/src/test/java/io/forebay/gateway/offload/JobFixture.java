package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.offload.Caller;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueStats;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A gateway with routes for every way to a job, one upstream, a client, tokens of two callers.
public final class JobFixture implements AutoCloseable {
    public final TestUpstream upstream;
    public final JobGateway gateway;
    public final TestTokens tokens;
    public final String amina;
    public final String badri;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    private JobFixture(TestUpstream upstream, JobGateway gateway, TestTokens tokens) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.tokens = tokens;
        this.amina = tokens.token("amina");
        this.badri = tokens.token("badri");
    }

    public static JobFixture start(Path folder, String queueSpec) throws Exception {
        return start(folder, queueSpec, TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.OFF));
    }

    public static JobFixture start(Path folder, String queueSpec, TelemetrySettings telemetry) throws Exception {
        TestUpstream upstream = TestUpstream.start();
        TestTokens tokens = new TestTokens();
        Files.createDirectories(folder.resolve("tokens"));
        Files.writeString(folder.resolve("tokens/jwks.json"), tokens.jwks());
        return new JobFixture(
                upstream,
                JobGateway.start(folder, JobGateway.freePort(), policy(upstream.port(), queueSpec), telemetry),
                tokens);
    }

    /// The same folder after the end of the first gateway, as a restart finds it.
    public JobFixture restarted(String queueSpec) throws Exception {
        gateway.close();
        return new JobFixture(
                upstream,
                JobGateway.start(gateway.folder(), gateway.port(), policy(upstream.port(), queueSpec)),
                tokens);
    }

    public static String policy(int upstreamPort, String queueSpec) {
        return GATEWAY
                + route("always")
                + ROUTES
                + QUEUE.replace("@QUEUE@", queueSpec)
                + BACKEND.replace("@UPSTREAM@", Integer.toString(upstreamPort));
    }

    /// The same without the rule `always` of route `always`.
    public static String policyWithoutAlways(int upstreamPort, String queueSpec) {
        return GATEWAY
                + ROUTES
                + QUEUE.replace("@QUEUE@", queueSpec)
                + BACKEND.replace("@UPSTREAM@", Integer.toString(upstreamPort));
    }

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: forebay
              listeners:
              - {name: http, port: @PORT@, protocol: HTTP}
            """;

    private static String route(String name) {
        return """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: @}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: all
                matches: [{path: {type: PathPrefix, value: /@}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: reports}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: SecurityPolicy
            metadata: {name: @}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: @}]
              jwt:
                providers:
                - name: idp
                  issuer: https://idp.test
                  audiences: [shop]
                  localJWKS: {fileRef: ../tokens/jwks.json}
                  claimToHeaders: [{claim: sub, header: x-user}]
              authorization: {defaultAction: Allow}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: OffloadPolicy
            metadata: {name: @}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: @, sectionName: all}]
              queue: reports
              clients: any
              when: [@WHEN@]
              @MORE@
            """.replace(
                        "@MORE@",
                        switch (name) {
                            case "keyed", "pays", "slowpays", "holdpays" -> "idempotency: {required: true}";
                            case "maykeyed" -> "idempotency: {required: false}";
                            case "many" -> "idempotency: {required: false}\n  accept: [batch, priority, ordering-key]";
                            case "latest" -> "accept: [dedup-key]\n  dedup: {mode: replaceQueued}";
                            case "once" -> """
                              idempotency: {required: false}
                                accept: [dedup-key]
                                dedup: {mode: keepFirst}""";
                            case "options" -> "accept: [priority, delay, not-before, deadline, ordering-key]";
                            case "told" -> """
                              accept: [callback]
                                callback: {queue: callbacks, secretRef: {name: signing}, plainHttp: true, privateAddresses: true}""";
                            case "toldpays" -> """
                              idempotency: {required: true}
                                accept: [callback]
                                callback: {queue: callbacks, secretRef: {name: signing}, plainHttp: true, privateAddresses: true}""";
                            case "publicly" -> """
                              accept: [callback]
                                callback: {queue: callbacks, secretRef: {name: signing}, plainHttp: true}""";
                            default -> "";
                        })
                .replace(
                        "@WHEN@",
                        switch (name) {
                            case "prefers", "pays", "toldpays" -> "{clientPrefers: {}}";
                            case "large" -> "{bodyLargerThan: 1Ki}";
                            case "slow", "slowpays" -> "{slowerThan: 200ms}";
                            case "slower" -> "{slowerThan: 30s}";
                            case "overloaded", "holdpays" -> "{overloaded: {}}";
                            default -> "{always: {}}";
                        })
                .replace("@", name);
    }

    private static final String ROUTES = route("prefers")
            + route("large")
            + route("keyed")
            + route("maykeyed")
            + route("overloaded")
            + route("slow")
            + route("slower")
            + route("pays")
            + route("slowpays")
            + route("holdpays")
            + route("options")
            + route("many")
            + route("latest")
            + route("once")
            + route("told")
            + route("toldpays")
            + route("publicly")
            + openTo("open", "reports");

    /// A route without identities to a backend of its own.
    public static String openRoute(String name, int upstreamPort) {
        return openTo(name, name)
                + BACKEND.replace("name: reports", "name: " + name)
                        .replace("@UPSTREAM@", Integer.toString(upstreamPort));
    }

    private static String openTo(String name, String backend) {
        return """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: @}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: all
                matches: [{path: {type: PathPrefix, value: /@}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: @BACKEND@}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: OffloadPolicy
            metadata: {name: @}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: @, sectionName: all}]
              queue: reports
              clients: any
              when: [{always: {}}]
              anonymous: capability
            """.replace("@BACKEND@", backend).replace("@", name);
    }

    private static final String QUEUE = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: reports}
            spec: @QUEUE@
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: callbacks}
            spec: {retry: {attempts: 3, backoff: {base: 1ms, max: 1ms}}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: signing}, stringData: {webhook.key: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}}
            """;

    private static final String BACKEND = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Backend
            metadata: {name: reports}
            spec: {endpoints: [{ip: {address: 127.0.0.1, port: @UPSTREAM@}}]}
            """;

    public HttpResponse<byte[]> send(String method, String path, String token, String body, String... fields) {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return send(method, path, token, publisher, fields);
    }

    public HttpResponse<byte[]> send(
            String method, String path, String token, HttpRequest.BodyPublisher body, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Submits a job and gives its path.
    public String submit(String path, String body, String... fields) {
        HttpResponse<byte[]> accepted = send("POST", path, amina, body, fields);
        assertThat(accepted.statusCode()).as(text(accepted)).isEqualTo(202);
        return accepted.headers().firstValue("location").orElseThrow();
    }

    /// Puts a job into the store past every policy, and gives its path.
    public String plant(Caller caller, RouteIdentity route, String storedHead) throws Exception {
        JobId id = JobId.of(System.currentTimeMillis(), 0, System.nanoTime());
        CompletableFuture<Outcome<Submitted>> submitted = new CompletableFuture<>();
        gateway.store()
                .jobs()
                .submit(
                        new Submission(
                                id,
                                "default/reports",
                                caller,
                                route,
                                storedHead.getBytes(StandardCharsets.ISO_8859_1),
                                new byte[0],
                                Timing.NOW,
                                null,
                                "0".repeat(32)),
                        submitted::complete);
        assertThat(submitted.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Done.class);
        return "/_jobs/" + id.text();
    }

    public HttpResponse<byte[]> get(String path, String... fields) {
        return send("GET", path, amina, "", fields);
    }

    public void awaitState(String job, String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(text(get(job))).contains("\"state\":\"" + state + "\""));
    }

    public QueueStats queue() {
        QueueStats stats = gateway.store().reader().queues().get("default/reports");
        if (stats == null) {
            throw new AssertionError(
                    "no such queue: " + gateway.store().reader().queues());
        }
        return stats;
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        upstream.close();
        client.close();
    }
}
