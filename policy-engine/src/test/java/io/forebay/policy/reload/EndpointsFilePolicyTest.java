package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.BackendDiscovery;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.document.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A Backend whose endpoints stand in a file of their own.
class EndpointsFilePolicyTest {
    private static final String FILE = "menu.json";
    private static final BackendPolicy.Endpoint FIRST = new BackendPolicy.Endpoint("10.0.0.1", 80, 1);

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory)
                .edit(
                        "metadata: {name: menu-v1}, spec: {endpoints: [{fqdn: {hostname: localhost, port: 9001}}]}",
                        "metadata: {name: menu-v1}, spec: {endpointsFrom: {fileRef: " + FILE + "}}");
        write("{\"endpoints\": [{\"ip\": {\"address\": \"10.0.0.1\", \"port\": 80}}]}");
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve(FILE), text);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static BackendPolicy menu(PolicyReloader reloader) {
        return Objects.requireNonNull(reloader.holder().current().backend("default/menu-v1"));
    }

    @Test
    void theFileSaysWhereABackendListensAsTheBackendWould() throws Exception {
        write("""
                endpoints:
                - ip: {address: 10.0.0.1, port: 80}
                - unix: {path: /run/menu.sock}
                - fqdn: {hostname: menu.test, port: 81}
                """);
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        assertThat(menu(reloader).endpoints()).containsExactly(FIRST, BackendPolicy.Endpoint.unix("/run/menu.sock"));
        assertThat(menu(reloader).discovery().names()).containsExactly(new BackendDiscovery.Name("menu.test", 81));
    }

    @Test
    void aChangeOfTheFileIsAChangeOfThePolicy() throws Exception {
        PolicyReloader reloader = booted();
        assertThat(menu(reloader).endpoints()).containsExactly(FIRST);
        write("{\"endpoints\": []}");
        assertThat(reloader.apply(reloader.directory().read())).isEqualTo(PolicyReloader.Applied.PUBLISHED);

        assertThat(errors(reloader)).isEmpty();
        assertThat(menu(reloader).endpoints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"endpoints\": [|menu.json:1:|not valid YAML",
                "{\"endpoints\": [{\"ip\": {\"address\": \"10.0.0.300\", \"port\": 80}}]}|menu.json:1:35:|an IPv4 or IPv6 address",
                "{\"endpoints\": [{\"ip\": {\"adress\": \"10.0.0.1\", \"port\": 80}}]}|menu.json:1:24:|address",
                "{\"endpoints\": [{}]}|menu.json:1:16:|exactly one of fqdn, srv, ip, unix",
                "{\"endpoint\": []}|menu.json:1:2:|unknown field",
                "{}|menu.json:1:1:|the field endpoints is missing",
                "[]|menu.json:1:1:|found no list of endpoints; expected endpoints: [...]",
                "``|menu.json:1:1:|found no list of endpoints",
            })
    void afterAFaultyChangeTheLastGoodOneStays(String text, String place, String message) throws Exception {
        PolicyReloader reloader = booted();
        write(text);
        reloader.apply(reloader.directory().read());

        assertThat(errors(reloader))
                .anySatisfy(error -> assertThat(error).startsWith(place).contains("Backend default/menu-v1", message));
        assertThat(menu(reloader).endpoints()).containsExactly(FIRST);
    }

    @Test
    void aFileThatGoesTakesNothingWithIt() throws Exception {
        PolicyReloader reloader = booted();
        Files.delete(directory.resolve(FILE));
        reloader.apply(reloader.directory().read());

        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .startsWith("shop.yaml:")
                .contains("spec.endpointsFrom.fileRef: the file menu.json is not there");
        assertThat(menu(reloader).endpoints()).containsExactly(FIRST);
    }

    @Test
    void aBackendThatWasNeverGoodIsNotThereAndTheOthersAre() throws Exception {
        write("[]");
        PolicyReloader reloader = booted();

        assertThat(reloader.holder().current().backend("default/menu-v1")).isNull();
        assertThat(reloader.holder().current().backend("default/menu-v2")).isNotNull();
    }
}
