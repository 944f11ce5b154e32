package io.forebay.main.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.quickstart.TokenIssuer;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Pem;
import io.forebay.mesh.identity.ServiceIdentity;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainCommandTest {
    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: forebay
              listeners:
              - {name: http, port: 8080, protocol: HTTP}
              - name: https
                port: 8443
                protocol: HTTPS
                tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge-cert}]}
              tls: {frontend: {default: {validation: {caCertificateRefs: [{group: forebay.io, kind: FileSecret, name: ca}]}}}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: edge-cert}, spec: {tls.crt: edge.crt, tls.key: edge.key}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: ca}, spec: {ca.crt: ca.crt}}
            """;
    private static final String ROUTES = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: menu
                matches: [{path: {type: PathPrefix, value: /menu}}]
                backendRefs:
                - {group: forebay.io, kind: Backend, name: v1, weight: 90}
                - {group: forebay.io, kind: Backend, name: v2, weight: 10}
              - name: reports
                matches: [{path: {type: PathPrefix, value: /reports}, method: POST}]
                backendRefs: [{group: forebay.io, kind: Backend, name: v1}]
              - name: old
                matches: [{path: {type: PathPrefix, value: /old}}]
                filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: /menu}, statusCode: 301}}]
              - name: lost
                matches: [{path: {type: PathPrefix, value: /lost}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: nowhere}]
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: v1}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: v2}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9002}}]}}
            """;
    private static final String POLICIES = """
            apiVersion: forebay.io/v1alpha1
            kind: SecurityPolicy
            metadata: {name: tokens}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]
              jwt:
                providers:
                - {name: idp, issuer: "https://idp.demo.example", audiences: [shop], localJWKS: {fileRef: jwks.json}}
              authorization:
                defaultAction: Deny
                rules:
                - {name: readers, action: Allow, principal: {jwt: {provider: idp, scopes: [shop]}}}
                - {name: kitchen, action: Allow, principal: {clientCertificate: {spiffe: [{type: Prefix, value: "spiffe://example/kitchen/"}]}}}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: BackendTrafficPolicy
            metadata: {name: limits}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop, sectionName: menu}]
              rateLimit: {local: {rules: [{name: per-user, key: {claim: sub}, limit: {requests: 20, unit: Minute, burst: 10}}]}}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: OffloadPolicy
            metadata: {name: reports}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop, sectionName: reports}]
              queue: reports
              clients: any
              when: [{clientPrefers: {}}, {bodyLargerThan: 1Ki}]
              idempotency: {header: Idempotency-Key, window: 24h}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: reports}
            spec:
              limits: {maxBody: 4Ki}
              schema: {versions: [{name: "1", file: report.schema.json}]}
            """;
    private static final String GOOD =
            "{\"sub\":\"amina\",\"iss\":\"https://idp.demo.example\",\"aud\":\"shop\",\"scope\":\"shop\"}";

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    private StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TokenIssuer issuer;

    @BeforeEach
    void policy() throws IOException, GeneralSecurityException {
        issuer = TokenIssuer.create(RANDOM);
        Validity validity = Validity.from(Instant.now(), Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create("test", validity, RANDOM);
        Credential server = authority.issueServer("edge", List.of("localhost"), List.of("127.0.0.1"), validity, RANDOM);
        Credential client = authority.issueClient(
                "cook", ServiceIdentity.parse("spiffe://example/kitchen/stove"), validity, RANDOM);
        Credential stranger = CertificateAuthority.create("other", validity, RANDOM)
                .issueClient("cook", ServiceIdentity.parse("spiffe://example/kitchen/stove"), validity, RANDOM);
        write("ca.crt", Pem.ofCertificates(List.of(authority.certificate())));
        write("edge.crt", server.chainPem());
        write("edge.key", server.keyPem());
        write("client.crt", client.chainPem());
        write("stranger.crt", stranger.chainPem());
        write("jwks.json", issuer.jwks());
        write(
                "report.schema.json",
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"required\":[\"year\"]}");
        write("gateway.yaml", GATEWAY);
        write("routes.yaml", ROUTES);
        write("policies.yaml", POLICIES);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int run(String... arguments) {
        out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(folder.toString()));
        all.addAll(List.of(arguments));
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        assertThat(run(all.toArray(String[]::new))).as(err.toString()).isZero();
        return JsonMapper.shared().readTree(out.toString());
    }

    private static String outcome(JsonNode all) {
        JsonNode outcome = all.get("outcome");
        return outcome.get("kind").stringValue()
                + (outcome.has("status") ? " " + outcome.get("status").intValue() : "")
                + (outcome.has("reason") ? " " + outcome.get("reason").stringValue() : "");
    }

    private static String lineOf(String text, String part) {
        return String.valueOf(text.substring(0, text.indexOf(part)).lines().count() + (text.startsWith(part) ? 1 : 0));
    }

    @Test
    void allowedRequestNamesRuleBackendsPoliciesAndTheirLines() {
        JsonNode all = explain("http://localhost:8080/menu?day=mon", "--claims", GOOD);

        assertThat(outcome(all)).isEqualTo("forwarded");
        assertThat(all.get("listener").get("name").stringValue()).isEqualTo("default/edge/http");
        assertThat(all.get("listener").get("at").stringValue()).isEqualTo("gateway.yaml:7");
        assertThat(all.get("route").get("object").stringValue()).isEqualTo("HTTPRoute default/shop");
        assertThat(all.get("route").get("rule").stringValue()).isEqualTo("menu");
        assertThat(all.get("route").get("at").stringValue()).isEqualTo("routes.yaml:7");
        assertThat(all.get("caller").get("identity").stringValue())
                .isEqualTo("token|idp|https://idp.demo.example|amina");
        assertThat(all.get("caller").get("allowedBy").stringValue()).isEqualTo("readers");
        assertThat(all.get("policies").toString())
                .contains("SecurityPolicy default/tokens", "policies.yaml:1", "BackendTrafficPolicy default/limits");
        assertThat(all.get("limits").get(0).get("limit").stringValue()).isEqualTo("20 in 60 s, 10 at once");
        assertThat(all.get("limits").get(0).get("key").stringValue()).isEqualTo("5:amina");
        assertThat(all.get("backends").get(0).get("percent").doubleValue()).isEqualTo(90);
        assertThat(all.get("backends").get(1).get("name").stringValue()).isEqualTo("default/v2");
        assertThat(all.get("unknown").toString()).contains("how much of each limit is left", "which endpoints are up");
    }

    private static final String TRAFFIC = """
            {apiVersion: forebay.io/v1alpha1, kind: ClientTrafficPolicy, metadata: {name: slow-clients}, spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge, sectionName: http}], timeout: {http: {idleTimeout: 5s}}}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: ClientTrafficPolicy, metadata: {name: others}, spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], timeout: {http: {idleTimeout: 9s}}}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: all-routes}, spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], rateLimit: {local: {rules: [{name: all, limit: {requests: 9, unit: Second}}]}}}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: patient}, spec: {targetRefs: [{group: forebay.io, kind: Backend, name: v2}], timeout: {tcp: {connectTimeout: 3s}}}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: unused}, spec: {mode: off, targetRefs: [{group: forebay.io, kind: Backend, name: v1}], timeout: {tcp: {connectTimeout: 3s}}}}
            """;

    private static List<String> policies(JsonNode all) {
        List<String> policies = new ArrayList<>();
        all.get("policies")
                .forEach(policy -> policies.add(policy.get("object").stringValue() + " "
                        + policy.get("at").stringValue()));
        return policies;
    }

    @Test
    void policiesOfClientsCallsAndBackendsAreNamedWhereTheyHold() throws Exception {
        write("traffic.yaml", TRAFFIC);

        assertThat(policies(explain("http://localhost:8080/menu", "--claims", GOOD)))
                .containsExactly(
                        "ClientTrafficPolicy default/slow-clients traffic.yaml:1",
                        "SecurityPolicy default/tokens policies.yaml:1",
                        "BackendTrafficPolicy default/limits policies.yaml:15",
                        "BackendTrafficPolicy default/patient traffic.yaml:7");
        // Another rule, which has no limits of its own and no patient backend.
        assertThat(policies(explain("http://localhost:8080/reports", "-X", "POST", "--claims", GOOD)))
                .containsExactly(
                        "ClientTrafficPolicy default/slow-clients traffic.yaml:1",
                        "SecurityPolicy default/tokens policies.yaml:1",
                        "BackendTrafficPolicy default/all-routes traffic.yaml:5",
                        "OffloadPolicy default/reports policies.yaml:22");
        // Another port, of which the Gateway's policy speaks.
        assertThat(policies(explain("https://localhost:8443/menu", "--spiffe", "spiffe://example/kitchen/oven")))
                .contains("ClientTrafficPolicy default/others traffic.yaml:3")
                .noneMatch(policy -> policy.contains("slow-clients"));
        // The job endpoints have the Gateway's limits.
        assertThat(policies(explain("http://localhost:8080/_jobs/1", "--claims", GOOD)))
                .contains("BackendTrafficPolicy default/all-routes traffic.yaml:5");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080/menu, refused 401 token-missing",
        "http://localhost:8080/nothing, refused 404 no-route",
        "http://localhost:8080/menu/%2Fx, refused 400 bad-path",
        "http://localhost:8081/menu, connection-refused",
        "https://localhost:8443/menu, handshake-refused",
        "http://localhost:8080/_jobs/1, refused 401 token-missing",
    })
    void withoutCredentials(String url, String expected) {
        assertThat(outcome(explain(url))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sub\":\"a\",\"iss\":\"https://idp.demo.example\",\"aud\":\"shop\",\"scope\":\"other\"} | refused 403 forbidden",
                "{\"sub\":\"a\",\"iss\":\"https://idp.demo.example\",\"aud\":\"x\",\"scope\":\"shop\"} | refused 401 token-audience",
                "{\"sub\":\"a\",\"iss\":\"https://idp.demo.example\",\"aud\":\"shop\",\"exp\":1} | refused 401 token-expired",
                "{\"iss\":\"https://idp.demo.example\",\"aud\":\"shop\"} | refused 401 token-subject-missing",
            })
    void claimsAreJudgedAsThoseOfAToken(String claims, String expected) {
        assertThat(outcome(explain("http://localhost:8080/menu", "--claims", claims)))
                .isEqualTo(expected);
    }

    @Test
    void refusalSaysTypeFlagAndTheStageThatEndedIt() {
        JsonNode all = explain("http://localhost:8080/menu");

        assertThat(all.get("outcome").get("type").stringValue()).endsWith("/problems/token-missing");
        assertThat(all.get("outcome").get("flag").stringValue()).isEqualTo("token-missing");
        JsonNode last = all.get("steps").get(all.get("steps").size() - 1);
        assertThat(last.get("stage").stringValue()).isEqualTo("Identify");
        assertThat(last.get("said").stringValue()).isEqualTo("refused");
        assertThat(all.get("route").get("rule").stringValue()).isEqualTo("menu");
    }

    @Test
    void aTokensSignatureIsVerified() throws Exception {
        Path good = write("good.jwt", issuer.token("amina", "shop", Instant.now(), Duration.ofHours(1)));
        Path forged = write(
                "forged.jwt", TokenIssuer.create(RANDOM).token("amina", "shop", Instant.now(), Duration.ofHours(1)));

        assertThat(outcome(explain("http://localhost:8080/menu", "--token-file", good.toString())))
                .isEqualTo("forwarded");
        assertThat(outcome(explain("http://localhost:8080/menu", "--token-file", forged.toString())))
                .isEqualTo("refused 401 token-signature");
    }

    @Test
    void aCertificateIsValidatedAsInTheHandshake() {
        String url = "https://localhost:8443/menu";

        JsonNode all =
                explain(url, "--certificate", folder.resolve("client.crt").toString());
        assertThat(outcome(all)).isEqualTo("forwarded");
        assertThat(all.get("caller").get("allowedBy").stringValue()).isEqualTo("kitchen");
        JsonNode refused =
                explain(url, "--certificate", folder.resolve("stranger.crt").toString());
        assertThat(outcome(refused)).isEqualTo("handshake-refused");
        assertThat(outcome(explain(url, "--spiffe", "spiffe://example/kitchen/oven")))
                .isEqualTo("forwarded");
        assertThat(outcome(explain(url, "--spiffe", "spiffe://example/garden"))).isEqualTo("refused 401 token-missing");
    }

    @Test
    void offloadIsExplainedByItsConditions() throws Exception {
        String url = "http://localhost:8080/reports";
        Path valid = write("valid.json", "{\"year\": 2026}");
        Path invalid = write("invalid.json", "{\"month\": 5}");
        String[] base = {url, "-X", "POST", "--claims", GOOD, "-H", "content-type: application/json"};

        assertThat(outcome(explain(with(base)))).isEqualTo("forwarded");
        JsonNode job = explain(with(base, "-H", "Prefer: respond-async", "--body", valid.toString()));
        assertThat(outcome(job)).isEqualTo("job 202");
        assertThat(job.get("offload").get("queue").stringValue()).isEqualTo("default/reports");
        assertThat(job.get("offload").get("queueAt").stringValue())
                .isEqualTo("policies.yaml:" + lineOf(POLICIES, "kind: Queue").replaceAll("\\D", ""));
        assertThat(job.get("offload").get("when").toString()).contains("respond-async", "longer than 1024 bytes");
        assertThat(outcome(explain(with(base, "-H", "Prefer: respond-async", "--body", invalid.toString()))))
                .isEqualTo("refused 422 body-not-valid");
        assertThat(outcome(explain(with(base, "--body-size", "2000")))).isEqualTo("job 202");
        assertThat(outcome(explain(with(base, "--body-size", "5000")))).isEqualTo("refused 413 body-too-large");
        assertThat(outcome(explain(with(base, "--body-size", "-1")))).isEqualTo("job-if-longer");
        assertThat(outcome(explain(with(base, "-H", "idempotency-key: a1")))).isEqualTo("keyed-call");
    }

    private static String[] with(String[] base, String... more) {
        List<String> all = new ArrayList<>(List.of(base));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void byDefaultOnlyClientsThatPreferItAreOffloaded() throws Exception {
        write("policies.yaml", POLICIES.replace("  clients: any\n", ""));

        JsonNode all = explain("http://localhost:8080/reports", "-X", "POST", "--claims", GOOD, "--body-size", "2000");

        assertThat(outcome(all)).isEqualTo("forwarded");
        assertThat(all.get("offload").get("clients").stringValue()).isEqualTo("preferring");
    }

    @Test
    void jobEndpointsAreTheStoresToAnswer() {
        assertThat(outcome(explain("http://localhost:8080/_jobs/1", "--claims", GOOD)))
                .isEqualTo("job-endpoint");
    }

    @Test
    void redirectIsAnsweredHere() {
        JsonNode all = explain("http://localhost:8080/old", "--claims", GOOD);

        assertThat(outcome(all)).isEqualTo("answered 301");
        assertThat(all.get("outcome").get("location").stringValue()).isEqualTo("http://localhost:8080/menu");
    }

    @Test
    void aShareWithoutABackendIsSaidToBeFaulty() {
        JsonNode all = explain("http://localhost:8080/lost", "--claims", GOOD);

        assertThat(all.get("backends").get(0).get("fault").stringValue()).isNotEmpty();
        assertThat(err.toString()).contains("nowhere");
    }

    @Test
    void policyInShadowRefusesNothingAndIsSaid() throws Exception {
        write("policies.yaml", POLICIES.replaceFirst("spec:\n", "spec:\n  mode: shadow\n"));

        JsonNode all = explain("http://localhost:8080/menu");

        assertThat(outcome(all)).isEqualTo("forwarded");
        assertThat(all.get("steps").toString()).contains("\"shadow\":\"token-missing\"");
    }

    @Test
    void textSaysTheEndFirstWithPlaces() {
        assertThat(run("http://localhost:8080/menu", "--claims", GOOD)).isZero();

        assertThat(out.toString().lines().skip(1).findFirst()).contains("=> forwarded: a backend answers");
        assertThat(out.toString()).contains("[routes.yaml:7]", "Authorize  passed: allowed by rule readers");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080/menu, ''",
        "http://localhost:99999/, ''",
        "http:///menu, ''",
        "http://localhost:8080/, -Hnonsense",
        "http://localhost:8080/, -Hhost:x",
        "http://localhost:8080/, --claims=[]",
        "http://localhost:8080/, --body-size=-2",
    })
    void wrongUsageIs64(String url, String option) {
        assertThat(option.isEmpty() ? run(url) : run(url, option)).isEqualTo(64);
        assertThat(err.toString()).contains("forebay: ");
    }
}
