package io.forebay.main.process.crash;

import io.forebay.main.process.GatewayUnderTest;
import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The policy of the crash proof: one rule and one queue for each [Kind], and two schedules.
final class CrashPolicy {
    /// Names the customer in whose line a job stands.
    static final String LINE_FIELD = "X-Customer";

    static final String RUNS_QUEUE = "default/runs";
    static final String RUNS_PATH = "/runs";
    static final List<String> SCHEDULES = List.of("default/each-minute", "default/put-off");

    private static final String KEY = "  idempotency: {header: Idempotency-Key, window: 24h, required: true}\n";
    private static final String PULL = """
              workers: pull
              concurrency: 1000
              leaseTerm: 10s
              permissions: [{verbs: [lease], principal: {jwt: {provider: idp, scopes: [%s]}}}]
            """.formatted(TokenIssuer.SCOPE);
    private static final String SCHEDULED = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: runs}
            spec: {retry: {attempts: 100, backoff: {base: 20ms, max: 100ms}}}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Schedule
            metadata: {name: each-minute}
            spec:
              schedule: "* * * * *"
              missedRuns: {policy: all, within: 1h}
              targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: runs}
              queue: runs
              request: {path: /runs, hostname: runs.example, body: default/each-minute is due}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Schedule
            metadata: {name: put-off}
            spec:
              schedule: "* * * * *"
              jitter: 10s
              missedRuns: {policy: all, within: 1h}
              targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: runs}
              queue: runs
              request: {path: /runs, hostname: runs.example, body: default/put-off is due}
            """;

    private CrashPolicy() {}

    static void write(Path folder, TokenIssuer issuer, int port, int upstreamPort) throws IOException {
        Files.writeString(folder.resolve("jwks.json"), issuer.jwks());
        StringBuilder text = new StringBuilder(head(port, upstreamPort));
        for (Kind kind : Kind.values()) {
            text.append(rule(kind));
        }
        for (Kind kind : Kind.values()) {
            text.append(offload(kind));
        }
        GatewayUnderTest.policyFile(folder, "all.yaml", text.append(SCHEDULED).toString());
    }

    private static String head(int port, int upstreamPort) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: upstream}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: %d}}]}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: callers}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: all}]
                  jwt: {providers: [{name: idp, issuer: "%s", audiences: [%s], localJWKS: {fileRef: ../jwks.json}}]}
                  authorization:
                    defaultAction: Deny
                    rules: [{name: callers, action: Allow, principal: {jwt: {provider: idp, scopes: [%s]}}}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - name: runs
                    matches: [{path: {type: PathPrefix, value: /runs}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: upstream}]
                """.formatted(port, upstreamPort, TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, TokenIssuer.SCOPE);
    }

    private static String rule(Kind kind) {
        return """
                  - name: %s
                    matches: [{path: {type: PathPrefix, value: %s}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: upstream}]
                """.formatted(kind.word(), kind.path());
    }

    private static String offload(Kind kind) {
        return """
                ---
                apiVersion: forebay.io/v1alpha1
                kind: OffloadPolicy
                metadata: {name: %1$s}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: all, sectionName: %1$s}]
                  queue: %1$s
                  clients: any
                  when: [%2$s]
                %3$s---
                apiVersion: forebay.io/v1alpha1
                kind: Queue
                metadata: {name: %1$s}
                spec:
                %4$s""".formatted(
                        kind.word(),
                        kind.isCall() ? "{slowerThan: 100ms}" : "{always: {}}",
                        kind.hasKey() ? KEY : "",
                        queue(kind));
    }

    private static String queue(Kind kind) {
        return switch (kind) {
            case KEYED, PLAIN, ONCE -> retry("fail");
            case AGAIN -> retry("retry");
            case ORDERED -> retry("fail") + "  orderingKey: {header: " + LINE_FIELD + "}\n";
            case PULLED -> retry("fail") + PULL;
        };
    }

    private static String retry(String onInterrupted) {
        return "  retry: {attempts: 100, backoff: {base: 20ms, max: 100ms}, onInterrupted: " + onInterrupted + "}\n";
    }
}
