package io.forebay.perf.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HarnessTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "haproxy/haproxy.cfg",
                "nginx/nginx.conf",
                "origin/nginx.conf",
                "caddy/Caddyfile",
                "forebay/policy/edge.yaml"
            })
    void everyConfigurationIsRenderedForTheScratchFolder(String name) throws IOException {
        Harness harness = new Harness(Path.of(".."), scratch);
        String text = Files.readString(harness.rendered(name));
        assertThat(text).doesNotContain("@HARNESS@").contains(scratch.toString());
    }

    @Test
    void theGatewayListensWhereItIsDrivenAndForwardsToTheOrigin() throws IOException {
        Harness harness = new Harness(Path.of(".."), scratch);
        String edge = Files.readString(harness.rendered("forebay/policy/edge.yaml"));
        String routes = Files.readString(harness.rendered("forebay/routes/listener.yaml"));
        try (Children children = new Children()) {
            GatewayProcess gateway = new GatewayProcess(harness, children);
            for (Listener listener : Listener.values()) {
                assertThat(listener == Listener.ROUTES ? routes : edge)
                        .contains("port: " + gateway.port(listener).orElseThrow());
            }
        }
        assertThat(routes).contains("port: " + Harness.ORIGIN_PORT);
        assertThat(edge)
                .contains("port: " + Harness.ORIGIN_PORT)
                .contains("port: " + Harness.GRPC_ORIGIN_PORT)
                .contains("port: " + Harness.WEBSOCKET_ORIGIN_PORT);
    }

    @ParameterizedTest
    @EnumSource
    void aProxyOnTheJvmIsAProjectOfItsOwnWithPinnedVersions(JvmProxy.Framework framework) throws IOException {
        Harness harness = new Harness(Path.of(".."), scratch);
        try (Children children = new Children()) {
            JvmProxy proxy = new JvmProxy(harness, children, framework);
            String pom = Files.readString(harness.peer(proxy.name()).resolve("pom.xml"));
            assertThat(pom)
                    .contains("<artifactId>" + proxy.name() + "</artifactId>")
                    .doesNotContain("<parent>");
            assertThat(pom.lines().filter(line -> line.contains("<version>")))
                    .allMatch(line -> line.matches(".*<version>[0-9][0-9.]*</version>.*"));
            assertThat(proxy.port(Listener.PLAIN)).isPresent();
            assertThat(proxy.port(Listener.MTLS)).isEmpty();
        }
    }

    @Test
    void onlyFoldersOfTheScratchFolderAreEmptied(@TempDir Path other) throws IOException {
        Harness harness = new Harness(Path.of(".."), scratch);
        Path data = Files.createDirectories(scratch.resolve("data/store"));
        Files.writeString(data.resolve("file"), "x");
        harness.empty(scratch.resolve("data"));

        assertThat(scratch.resolve("data")).isEmptyDirectory();
        assertThatIllegalArgumentException().isThrownBy(() -> harness.empty(other));
    }

    @Test
    void aFileWithoutTheExpectedKeyIsNamed() throws IOException {
        Path file = Files.writeString(scratch.resolve("some.key"), "-----BEGIN EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Harness.pem(file, "PRIVATE KEY")).hasMessageContaining("some.key");
    }
}
