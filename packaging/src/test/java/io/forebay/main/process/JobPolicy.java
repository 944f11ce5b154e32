package io.forebay.main.process;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The policy of the tests about jobs: a plain listener, tokens, every POST to `/work` kept durably, those to `/calls`
/// called once a key.
final class JobPolicy {
    private JobPolicy() {}

    static void write(Path folder, TokenIssuer issuer, int port, int upstreamPort) throws IOException {
        Files.createDirectories(folder.resolve("policy"));
        Files.writeString(folder.resolve("jwks.json"), issuer.jwks());
        GatewayUnderTest.policyFile(folder, "all.yaml", text(port, upstreamPort));
    }

    private static String text(int port, int upstreamPort) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: work}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - name: work
                    matches: [{path: {type: PathPrefix, value: /work}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: work}]
                  - name: calls
                    matches: [{path: {type: PathPrefix, value: /calls}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: work}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: OffloadPolicy
                metadata: {name: calls}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: work, sectionName: calls}]
                  queue: work
                  when: [{clientPrefers: {}}]
                  idempotency: {window: 24h, required: true}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: work}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: %d}}]}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: tokens}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: work}]
                  jwt: {providers: [{name: idp, issuer: "%s", audiences: [%s], localJWKS: {fileRef: ../jwks.json}}]}
                  authorization:
                    defaultAction: Deny
                    rules: [{name: workers, action: Allow, principal: {jwt: {provider: idp, scopes: [%s]}}}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: OffloadPolicy
                metadata: {name: work}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: work, sectionName: work}]
                  queue: work
                  clients: any
                  when: [{always: {}}]
                  idempotency: {header: Idempotency-Key, window: 24h, required: true}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Queue
                metadata: {name: work}
                spec:
                  concurrency: 8
                  retry: {attempts: 100, backoff: {base: 100ms, max: 500ms}}
                """.formatted(port, upstreamPort, TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, TokenIssuer.SCOPE);
    }
}
