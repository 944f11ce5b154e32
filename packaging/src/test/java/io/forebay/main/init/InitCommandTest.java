package io.forebay.main.init;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.reload.PolicyCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class InitCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path site() {
        return folder.resolve("site");
    }

    private int init(String... options) {
        String[] all = new String[options.length + 1];
        all[0] = site().toString();
        System.arraycopy(options, 0, all, 1, options.length);
        return new CommandLine(new InitCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(site())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(site().relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void theProgramIsNamedAsItWasCalledAndAsAShellTakesIt() {
        System.setProperty("forebay.program", "/opt/my tools/bin/forebay");
        try {
            assertThat(init()).isZero();
        } finally {
            System.clearProperty("forebay.program");
        }

        assertThat(out.toString()).contains("'/opt/my tools/bin/forebay' check ");
    }

    @Test
    void whatIsMadeHasNoErrorAndNoWarning() {
        assertThat(init()).as(err.toString()).isZero();

        assertThat(PolicyCheck.run(site().resolve("policy"))).isEmpty();
        assertThat(out.toString()).contains("forebay check ", "forebay run --data ", "curl --cacert ");
    }

    @Test
    void keysAndTokensAreTheirOwnersAlone() throws IOException {
        init();

        for (String name : new String[] {
            "pki/ca.key",
            "pki/server.key",
            "pki/client.key",
            "tokens/demo.jwt",
            "tokens/demo.header",
            "data/admin.token"
        }) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(site().resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(site().resolve("data"))))
                .isEqualTo("rwx------");
        assertThat(contents().keySet()).allMatch(name -> !name.endsWith(".new"));
    }

    @Test
    void portsAreThoseThatWereAskedFor() throws IOException {
        init("--port", "18443", "--admin-port", "19901", "--backend-port", "19001");

        assertThat(contents().get("policy/10-gateway.yaml")).contains("port: 18443");
        assertThat(contents().get("policy/30-backends.yaml")).contains("port: 19001");
        assertThat(contents().get("forebay.properties")).contains("admin.port = 19901");
        assertThat(contents().values()).noneMatch(text -> text.matches("(?s).*@[A-Z]+@.*"));
        assertThat(out.toString()).contains("https://localhost:18443/");
    }

    @Test
    void aSecondTimeNothingIsTouched() throws IOException {
        init();
        Map<String, String> before = contents();

        assertThat(init()).isEqualTo(73);
        assertThat(err.toString()).contains(site() + " is not empty");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void aFileInThePlaceOfTheFolderIsLeftAlone() throws IOException {
        Files.writeString(site(), "precious");

        assertThat(init()).isEqualTo(73);
        assertThat(site()).hasContent("precious");
    }

    @Test
    void anEmptyFolderThatIsThereIsUsed() throws IOException {
        Files.createDirectory(site());

        assertThat(init()).as(err.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port=0", "--port=65536", "--admin-port=8443", "--backend-port=9901"})
    void portsThatCannotBeAreWrongUsage(String option) {
        assertThat(init(option)).isEqualTo(64);
        assertThat(site()).doesNotExist();
    }

    @Test
    void jsonListsTheFilesAndTheCommands() {
        assertThat(init("--json")).isZero();
        assertThat(out.toString()).contains("\"directory\"", "pki/server.key", "\"next\" : [ \"forebay check ");
    }
}
