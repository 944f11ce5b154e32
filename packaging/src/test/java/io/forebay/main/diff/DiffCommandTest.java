package io.forebay.main.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DiffCommandTest {
    private static final String POLICY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: forebay
              listeners: [{name: http, port: 8080, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: menu
                matches: [{path: {type: PathPrefix, value: /menu}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: api, weight: 9}]
                timeouts: {request: 2s}
              - name: rest
                backendRefs: [{group: forebay.io, kind: Backend, name: api}]
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: api}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}}
            """;
    private static final String SECRET = """
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: hook}, type: Opaque, stringData: {key: %s}}
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void both() throws IOException {
        write("old/a.yaml", POLICY);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private int diff(String... options) {
        CommandLine line = new CommandLine(new DiffCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] all = new String[options.length + 2];
        all[0] = folder.resolve("old").toString();
        all[1] = folder.resolve("new").toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return line.execute(all);
    }

    @Test
    void layoutCommentsAndFilesAreNoChange() throws IOException {
        write("new/one.yaml", "# said otherwise\n" + POLICY.replace("{request: 2s}", "\n      request: 2s"));

        assertThat(diff()).as(out + "" + err).isZero();
        assertThat(out.toString()).isEqualTo("nothing changes" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "request: 2s | request: 5s | spec.rules[menu].timeouts.request: 2s -> 5s",
                "weight: 9 | weight: 8 | spec.rules[menu].backendRefs[api].weight: 9 -> 8",
                ", weight: 9 | '' | spec.rules[menu].backendRefs[api].weight: 9 -> (absent)",
                "value: /menu | value: /carte | spec.rules[menu].matches[0].path.value: /menu -> /carte",
                "port: 9001 | port: 9002 | spec.endpoints[0].ip.port: 9001 -> 9002",
                "metadata: {name: shop} | metadata: {name: shop, annotations: {a.b/c: d}} | "
                        + "metadata.annotations: (absent) -> {a.b/c: d}",
            })
    void aFieldIsShownWithOldAndNew(String from, String to, String expected) throws IOException {
        write("new/a.yaml", POLICY.replace(from, to));

        assertThat(diff()).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("~ ", "    " + expected).hasLineCount(2);
    }

    @Test
    void rulesThatChangePlacesAreAnOrder() throws IOException {
        int menu = POLICY.indexOf("  - name: menu");
        int rest = POLICY.indexOf("  - name: rest");
        int end = POLICY.indexOf("---\n{");
        write(
                "new/a.yaml",
                POLICY.substring(0, menu)
                        + POLICY.substring(rest, end)
                        + POLICY.substring(menu, rest)
                        + POLICY.substring(end));

        assertThat(diff()).isEqualTo(1);
        assertThat(out.toString()).contains("spec.rules (order): menu, rest -> rest, menu");
    }

    @Test
    void objectsThatComeAndGoAreNamedWithTheirPlace() throws IOException {
        write("old/b.yaml", POLICY.substring(POLICY.indexOf("{api")).replace("name: api", "name: gone"));
        write("new/a.yaml", POLICY);
        write("new/c.yaml", "\n\n{apiVersion: forebay.io/v1alpha1, kind: Queue, metadata: {name: slow}, spec: {}}\n");

        assertThat(diff()).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("+ Queue default/slow  [c.yaml:3]", "- Backend default/gone  [b.yaml:1]");
    }

    @Test
    void valuesOfSecretsAreNotShown() throws IOException {
        write("old/a.yaml", POLICY + SECRET.formatted("whsec_old"));
        write("new/a.yaml", POLICY + SECRET.formatted("whsec_new"));

        assertThat(diff()).as(err.toString()).isEqualTo(1);
        assertThat(out.toString())
                .contains("Secret default/hook", "(secret) -> (secret)")
                .doesNotContain("whsec");
    }

    @Test
    void errorsOfEitherAreShownAndNamedByFolder() throws IOException {
        write("new/a.yaml", POLICY.replace("request: 2s", "request: 2 s"));

        assertThat(diff()).isEqualTo(1);
        assertThat(err.toString()).contains(folder.resolve("new") + "/a.yaml:", "error: HTTPRoute default/shop");
    }

    @Test
    void jsonHasTheSame() throws IOException {
        write("new/a.yaml", POLICY.replace("request: 2s", "request: 5s"));

        assertThat(diff("--json")).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "\"equal\" : false",
                        "\"object\" : \"HTTPRoute default/shop\"",
                        "\"path\" : \"spec.rules[menu].timeouts.request\"",
                        "\"before\" : \"2s\"",
                        "\"after\" : \"5s\"");
    }
}
