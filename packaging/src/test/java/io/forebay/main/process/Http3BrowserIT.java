package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A browser loads a page over HTTP/3, and the page calls an API over it.
@Timeout(120)
class Http3BrowserIT {
    private static final long BROWSER_LIMIT_S = 60;

    @TempDir
    private Path folder;

    private Credential server;

    @BeforeEach
    void writeCertificate() throws Exception {
        Instant now = Instant.now();
        SecureRandom random = new SecureRandom();
        server = CertificateAuthority.create("test", Validity.from(now, Duration.ofDays(2)), random)
                .issueServer(
                        "localhost",
                        List.of("localhost"),
                        List.of("127.0.0.1"),
                        Validity.from(now, Duration.ofDays(1)),
                        random);
        Path tls = Files.createDirectories(folder.resolve("policy/tls"));
        Files.writeString(tls.resolve("edge.pem"), server.chainPem());
        Files.writeString(tls.resolve("edge.key"), server.keyPem());
    }

    private static String browser() {
        List<Path> places = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
        Path found = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (found == null) {
            System.err.println("SKIPPED: HTTP/3 is not tried with a browser: there is none at " + places
                    + " (Debian package chromium, which .ci/run installs)");
        }
        Assumptions.assumeTrue(found != null, "chromium is not installed");
        return String.valueOf(found);
    }

    private List<String> command(String browser, int port) throws Exception {
        byte[] key = server.chain().getFirst().getPublicKey().getEncoded();
        String pin = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        return List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("browser"),
                "--origin-to-force-quic-on=localhost:" + port,
                "--ignore-certificate-errors-spki-list=" + pin,
                "--timeout=6000",
                "--dump-dom",
                "https://localhost:" + port + "/page");
    }

    @Test
    void pageAndItsCallComeOverHttp3() throws Exception {
        String browser = browser();
        int port = GatewayUnderTest.freePort();
        GatewayUnderTest.policyFile(folder, "gateway.yaml", policy(port));
        try (GatewayUnderTest gateway = GatewayUnderTest.start(folder, "--set", "access.log=all")) {
            Checkout.Finished finished = Checkout.run(BROWSER_LIMIT_S, command(browser, port), Map.of());
            assertThat(finished.output()).contains("<p id=\"answer\">called: 200 done</p>");
            await().atMost(Duration.ofSeconds(20)).until(() -> accesses(gateway).size() >= 2);
            assertThat(accesses(gateway))
                    .anyMatch(line -> line.contains("\"method\":\"GET\"") && line.contains("\"path\":\"/page\""))
                    .anyMatch(line -> line.contains("\"method\":\"POST\"") && line.contains("\"path\":\"/call\""))
                    .filteredOn(line -> !line.contains("favicon"))
                    .allMatch(line -> line.contains("\"protocol\":\"HTTP/3\""));
        }
    }

    private static List<String> accesses(GatewayUnderTest gateway) {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("\"traceId\""))
                .toList();
    }

    private static String policy(int port) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners:
                  - {name: https, port: %d, protocol: HTTPS, tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge-cert}]}}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: edge-cert}, spec: {tls.crt: tls/edge.pem, tls.key: tls/edge.key}}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: ClientTrafficPolicy
                metadata: {name: http3}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
                  http3: {}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: site}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - matches: [{path: {type: Exact, value: /page}}]
                    filters: [{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: page}}]
                  - matches: [{path: {type: Exact, value: /call}, method: POST}]
                    filters: [{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: call}}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: HTTPRouteFilter
                metadata: {name: page}
                spec:
                  directResponse:
                    contentType: text/html
                    body:
                      type: Inline
                      inline: |
                        <!doctype html><title>x</title><p id="answer"></p><script>
                        const call = new XMLHttpRequest()
                        call.open('POST', '/call', false)
                        call.send('x')
                        document.getElementById('answer').textContent = 'called: ' + call.status + ' ' + call.responseText
                        </script>
                ---
                apiVersion: forebay.io/v1alpha1
                kind: HTTPRouteFilter
                metadata: {name: call}
                spec: {directResponse: {contentType: text/plain, body: {type: Inline, inline: done}}}
                """.formatted(port);
    }
}
