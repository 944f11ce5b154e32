package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.operator.AdminToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commands =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    /// Also those that cannot do without an argument.
    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "explain", "quickstart", "backup", "version", "help"})
    void everyCommandSaysWhatItTakes(String name) {
        assertThat(commands.execute(name, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: forebay " + name, "-h, --help");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tokenOfTheOperatorsIsPrinted(@TempDir Path data) throws IOException {
        assertThat(commands.execute("admin-token", "--data", data.toString())).isEqualTo(ExitCode.IO);
        assertThat(err.toString()).contains("admin.token");

        AdminToken.open(data, new SecureRandom());

        assertThat(commands.execute("admin-token", "--data", data.toString())).isZero();
        String token = Files.readString(data.resolve(AdminToken.FILE_NAME)).strip();
        assertThat(out.toString()).isEqualTo(token + "\n");
        assertThat(commands.execute("admin-token", "--data", data.toString(), "--json"))
                .isZero();
        assertThat(out.toString()).contains("\"token\" : \"" + token + "\"");
    }
}
