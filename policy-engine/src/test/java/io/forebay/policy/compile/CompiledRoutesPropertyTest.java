package io.forebay.policy.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.TestPki;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.DocumentParser;
import io.forebay.policy.document.ParsedFile;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.token.VerificationKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A compile that takes over what the last one made of routes against one that makes everything anew, through random
/// edits of a policy of many kinds, sound and broken.
@SuppressWarnings("ReferenceEquality") // whether something was taken over is told by its instance
class CompiledRoutesPropertyTest {
    private static final int STEPS = 40;
    private static final String NONE = "";
    private static final List<String> HOSTS = List.of("a.test", "b.test", "'*.test'", "c.test");
    private static List<String> jwks = List.of();

    private final PolicyCompiler compiler = new PolicyCompiler(CompileSettings.DEFAULT);
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, ParsedFile> parses = new HashMap<>();
    private EffectiveObjects before = EffectiveObjects.NONE;
    private String keys = "";
    private long generation;
    private int takenOver;

    @BeforeAll
    static void makeKeys() throws Exception {
        jwks = List.of(TestPki.jwks(), TestPki.jwks(), "no keys");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void whatIsTakenOverIsWhatWouldBeMadeAnew(long seed) {
        Random random = new Random(seed);
        keys = jwks.getFirst();
        for (String file : List.of("gateway", "backend-0", "backend-1", "route-0", "route-1", "route-2", "security")) {
            write(file, random);
        }
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(12) == 0) {
                keys = jwks.get(random.nextInt(jwks.size()));
            } else {
                write(file(random), random);
            }
            compileBoth("seed " + seed + ", step " + step);
        }
        assertThat(takenOver).as("routes taken over, seed %d", seed).isGreaterThan(STEPS / 4);
    }

    @Test
    void onlyTheChangedRouteIsMade() {
        texts.put("gateway", gateway(1));
        texts.put("backend-0", backend(0, 9000));
        for (int i = 0; i < 5; i++) {
            texts.put("route-" + i, route(i, "r" + i + ".test", 0, 1, 0));
        }
        CompileResult first = compile(before);
        texts.put("route-3", route(3, "r3.test", 0, 2, 0));
        parses.remove("route-3");
        CompileResult second = compile(first.objects());

        for (int i = 0; i < 5; i++) {
            String id = "default/r" + i + "/0";
            boolean isSame = first.snapshot().rule(id) == second.snapshot().rule(id);
            assertThat(isSame).as(id).isEqualTo(i != 3);
        }
        assertThat(second.snapshot().rule("default/r3/1")).isNotNull();
    }

    private static String file(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> "gateway";
            case 1 -> "backend-" + random.nextInt(2);
            case 2 -> "grpc";
            case 3 -> "limits";
            case 4 -> "security";
            case 5 -> "filter";
            default -> "route-" + random.nextInt(6);
        };
    }

    private void write(String file, Random random) {
        int n = Integer.parseInt(file.replaceAll("\\D", "0"));
        String text = switch (file.replaceAll("-.*", "")) {
            case "gateway" -> random.nextInt(8) == 0 ? "kind: [" : gateway(1 + random.nextInt(2));
            case "backend" -> random.nextInt(4) == 0 ? NONE : backend(n, 9000 + random.nextInt(3));
            case "grpc" -> random.nextInt(3) > 0 ? NONE : grpc(HOSTS.get(random.nextInt(HOSTS.size())));
            case "limits" -> random.nextInt(3) == 0 ? NONE : limits(random.nextInt(2), random.nextInt(6) - 1);
            case "security" -> random.nextInt(3) == 0 ? NONE : security(random.nextInt(2));
            case "filter" -> random.nextInt(3) == 0 ? NONE : filter(random.nextInt(2));
            default -> random.nextInt(6) == 0 ? brokenRoute(random.nextInt(3), n) : randomRoute(n, random);
        };
        texts.put(file, text);
        parses.remove(file);
    }

    private static String randomRoute(int n, Random random) {
        if (random.nextInt(6) == 0) {
            return NONE;
        }
        String host = HOSTS.get(random.nextInt(HOSTS.size()));
        return route(n, host, random.nextInt(2), 1 + random.nextInt(2), random.nextInt(4));
    }

    private static String gateway(int listeners) {
        String second = listeners == 1 ? "" : ", {name: other, port: 8081, protocol: HTTP, hostname: '*.test'}";
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec: {gatewayClassName: forebay, listeners: [{name: http, port: 8080, protocol: HTTP}%s]}
                """.formatted(second);
    }

    private static String backend(int n, int port) {
        return """
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: up%d}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: %d}}]}
                """.formatted(n, port);
    }

    private static String route(int n, String host, int backend, int rules, int extra) {
        String created = extra == 1 ? ", creationTimestamp: '2024-01-0" + (n + 1) + "T00:00:00Z'" : "";
        String filter = extra == 2
                ? "filters: [{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: own}}], "
                : "";
        List<String> all = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            all.add("{" + filter + "matches: [{path: {value: /p" + i
                    + "}}], backendRefs: [{group: forebay.io, kind: Backend, name: up" + backend + "}]}");
        }
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r%d%s}
                spec: {parentRefs: [{name: edge}], hostnames: [%s], rules: [%s]}
                """.formatted(n, created, host, String.join(", ", all));
    }

    private static String brokenRoute(int how, int n) {
        String text = route(n, "a.test", 0, 1, 0);
        return switch (how) {
            case 0 -> text.replace("/p0", "nothing");
            case 1 -> text.replace("name: edge", "name: nowhere");
            default -> text + "\n  spec: [";
        };
    }

    private static String grpc(String host) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: calls}
                spec: {parentRefs: [{name: edge}], hostnames: [%s], rules: [{backendRefs: [{group: forebay.io, kind: Backend, name: up1}]}]}
                """.formatted(host);
    }

    private static String limits(int route, int requests) {
        return """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: limits}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r%d}]
                  rateLimit: {local: {rules: [{name: all, key: {clientAddress: {}}, limit: {requests: %d, unit: Minute}}]}}
                """.formatted(route, requests);
    }

    private static String security(int route) {
        return """
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: tokens}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r%d}]
                  jwt: {providers: [{name: idp, issuer: https://idp.example, localJWKS: {fileRef: jwks.json}}]}
                """.formatted(route);
    }

    private static String filter(int variant) {
        return """
                apiVersion: forebay.io/v1alpha1
                kind: HTTPRouteFilter
                metadata: {name: own}
                spec: {directResponse: {statusCode: 200, contentType: text/plain, body: {inline: "%d"}}}
                """.formatted(variant);
    }

    private CompileResult compile(EffectiveObjects from) {
        List<ParsedFile> files = new ArrayList<>();
        texts.forEach((name, text) -> {
            if (!text.isEmpty()) {
                files.add(
                        parses.computeIfAbsent(name, _ -> DocumentParser.parse(name + ".yaml", text.getBytes(UTF_8))));
            }
        });
        ReferencedFiles referenced = new ReferencedFiles(Map.of("jwks.json", new Content.Text(keys)));
        return compiler.compile(new PolicyInput(files, referenced, "revision"), from, generation + 1, 0);
    }

    /// What a key is made of lies in a library's memory; its thumbprint is that of all of it.
    private static boolean isSameKey(VerificationKey one, VerificationKey other) {
        return Objects.equals(one.id(), other.id()) && one.thumbprint().equals(other.thumbprint());
    }

    private void compileBoth(String what) {
        CompileResult anew = compile(new EffectiveObjects(before.live(), before.closed(), CompiledRoutes.NONE));
        CompileResult result = compile(before);
        assertThat(result.diagnostics().stream().map(Diagnostic::toString))
                .as(what)
                .isEqualTo(anew.diagnostics().stream().map(Diagnostic::toString).toList());
        assertThat(result.statuses().observedAt(1))
                .as(what)
                .isEqualTo(anew.statuses().observedAt(1));
        assertThat(result.snapshot().rules())
                .as(what)
                .usingRecursiveComparison()
                .withEqualsForType(CompiledRoutesPropertyTest::isSameKey, VerificationKey.class)
                .isEqualTo(anew.snapshot().rules());
        assertThat(result.snapshot().listeners())
                .as(what)
                .usingRecursiveComparison()
                .ignoringFieldsOfTypes(RouteIndex.class)
                .withEqualsForType(CompiledRoutesPropertyTest::isSameKey, VerificationKey.class)
                .isEqualTo(anew.snapshot().listeners());
        assertThat(served(result)).as(what).isEqualTo(served(anew));
        assertThat(result.objects().keys()).as(what).isEqualTo(anew.objects().keys());
        takenOver += (int) before.routes().routes().values().stream()
                .flatMap(route -> route.links().rules().stream())
                .filter(rule -> result.snapshot().rule(rule.id()) == rule)
                .count();
        before = result.objects();
        generation++;
    }

    private static List<String> served(CompileResult result) {
        return result.snapshot().listeners().stream()
                .flatMap(listener -> listener.routes().candidates().stream())
                .map(candidate -> candidate.hostname() + " " + candidate.match() + " "
                        + candidate.rule().id())
                .toList();
    }
}
