package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ExitCodeTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void theTableOfTheDocumentIsTheClass() throws Exception {
        List<String> coded = new ArrayList<>();
        for (Field field : ExitCode.class.getFields()) {
            coded.add(field.getInt(null) + " "
                    + field.getName().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        String document = Files.readString(Checkout.root().resolve("docs/configuration.md"));

        assertThat(coded).isNotEmpty();
        assertThat(Pattern.compile("(?m)^\\| (\\d+) \\| `([a-z-]+)` \\|")
                        .matcher(document)
                        .results()
                        .map(row -> row.group(1) + " " + row.group(2)))
                .isEqualTo(coded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fly", "check", "check a b", "run --data", "ready --timeout soon", "--wings"})
    void wrongUsageIs64InEveryCommand(String line) {
        assertThat(run(line.split(" "))).isEqualTo(64);
        assertThat(err.toString()).isNotEmpty();
    }

    @Test
    void configurationFileThatIsNotThereIs64() {
        assertThat(run(
                        "run",
                        "--data",
                        "d",
                        "--policy",
                        "p",
                        "--config",
                        folder.resolve("none").toString()))
                .isEqualTo(64);
    }

    @Test
    void checkSaysInJsonWhatItSaysInText() throws Exception {
        Files.writeString(folder.resolve("bad.yaml"), "kind: Gateway\nwings: 2\n");

        assertThat(run("check", "--json", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("\"errors\" : ", "\"severity\" : \"error\"", "bad.yaml", "\"line\" : ");
    }

    @Test
    void checkOfAnEmptyFolderHasNoFindingsInJson() {
        assertThat(run("check", "--json", folder.toString())).as(out + "" + err).isZero();
        assertThat(out.toString()).contains("\"errors\" : 0", "\"findings\" : [ ]");
    }

    @Test
    void versionHasJson() {
        assertThat(run("version", "--json")).isZero();
        assertThat(out.toString()).contains("\"version\" : \"" + Version.TEXT + "\"", "\"java\" : \"25");
    }
}
