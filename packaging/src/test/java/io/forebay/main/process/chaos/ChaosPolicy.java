package io.forebay.main.process.chaos;

import io.forebay.main.process.GatewayUnderTest;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The policy of the chaos run, and what is changed in it: TLS and cleartext, calls that are retried where that can do
/// no harm, jobs.
final class ChaosPolicy {
    private final Path folder;
    private final SecureRandom random = new SecureRandom();
    private final Validity validity = Validity.from(Instant.now(), Duration.ofDays(1));
    private final CertificateAuthority authority;
    private int edits;

    ChaosPolicy(Path folder) throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.authority = CertificateAuthority.create("chaos", validity, random);
        rotate();
    }

    X509Certificate authority() {
        return authority.certificate();
    }

    /// Another certificate and key for the TLS port.
    void rotate() throws GeneralSecurityException, IOException {
        Credential server =
                authority.issueServer("localhost", List.of("localhost"), List.of("127.0.0.1"), validity, random);
        Files.createDirectories(folder.resolve("tls"));
        replace("tls/server.crt", server.chainPem());
        replace("tls/server.key", server.keyPem());
    }

    private void replace(String name, String text) throws IOException {
        Path next = folder.resolve(name + ".next");
        Files.writeString(next, text);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Writes the policy; each time another one.
    void write(int plainPort, int tlsPort, List<ChaosUpstream> upstreams) throws IOException {
        StringBuilder endpoints = new StringBuilder();
        for (ChaosUpstream upstream : upstreams) {
            endpoints
                    .append("{ip: {address: 127.0.0.1, port: ")
                    .append(upstream.port())
                    .append("}}, ");
        }
        GatewayUnderTest.policyFile(folder, "all.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners:
                  - {name: http, port: %d, protocol: HTTP}
                  - name: https
                    port: %d
                    protocol: HTTPS
                    tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: server}]}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: server}, spec: {tls.crt: ../tls/server.crt, tls.key: ../tls/server.key}}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: chaos}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - name: calls
                    matches: [{path: {type: PathPrefix, value: /calls}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: shop}]
                    timeouts: {request: 5s, backendRequest: 2s}
                    retry: {attempts: 2, codes: [503]}
                    filters:
                    - {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-edit, value: "%d"}]}}
                  - name: jobs
                    matches: [{path: {type: PathPrefix, value: /jobs}, method: POST}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: shop}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: shop}
                spec: {endpoints: [%s]}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: shop}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: shop}]
                  healthCheck: {passive: {interval: 1s, baseEjectionTime: 1s, maxEjectionPercent: 50}}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: OffloadPolicy
                metadata: {name: jobs}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: chaos, sectionName: jobs}]
                  queue: jobs
                  clients: any
                  when: [{always: {}}]
                  anonymous: capability
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Queue
                metadata: {name: jobs}
                spec: {concurrency: 4, retry: {attempts: 100, backoff: {base: 50ms, max: 500ms}, onInterrupted: retry}}
                """.formatted(plainPort, tlsPort, ++edits, endpoints));
    }
}
