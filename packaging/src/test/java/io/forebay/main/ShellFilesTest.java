package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Completion and man pages of the whole command line.
class ShellFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        assertThat(Main.commandLine().execute("shell-files", folder.toString())).isZero();
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    /// Every command that people see, and those below.
    private static List<CommandSpec> commands() {
        List<CommandSpec> found = new ArrayList<>();
        collect(Main.commandLine().getCommandSpec(), found);
        return found;
    }

    private static void collect(CommandSpec command, List<CommandSpec> found) {
        found.add(command);
        for (CommandLine below : command.subcommands().values()) {
            if (!below.getCommandSpec().usageMessage().hidden()) {
                collect(below.getCommandSpec(), found);
            }
        }
    }

    private static List<String> options(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden())
                .flatMap(option -> Stream.of(option.names()))
                .toList();
    }

    @Test
    void everyCommandHasAPageWithItsOptions() throws IOException {
        assertThat(commands()).hasSizeGreaterThan(8);
        for (CommandSpec command : commands()) {
            String page = text("man/" + command.qualifiedName("-") + ".1");
            assertThat(page).startsWith(".TH \"").contains(".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION");
            for (String option : options(command)) {
                assertThat(page).contains(option.replace("-", "\\-"));
            }
        }
    }

    @Test
    void everyPageIsOfACommand() throws IOException {
        try (Stream<Path> pages = Files.list(folder.resolve("man"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(commands().stream()
                            .map(command -> command.qualifiedName("-") + ".1")
                            .toList());
        }
    }

    @Test
    void completionsKnowEveryCommandAndOption() throws IOException {
        for (String file : List.of("completion/forebay.bash", "completion/_forebay")) {
            String script = text(file);
            for (CommandSpec command : commands()) {
                assertThat(script).as(file).contains(command.name());
                for (String option : options(command)) {
                    assertThat(script).as(file).contains(option);
                }
            }
            assertThat(script).as(file).doesNotContain("rehearse\n", "'rehearse:");
        }
    }

    @Test
    void bashReadsItsCompletion() throws Exception {
        assertIsRead("bash", "completion/forebay.bash");
    }

    @Test
    @EnabledIf(value = "hasZsh", disabledReason = "zsh is not installed")
    void zshReadsItsCompletion() throws Exception {
        assertIsRead("zsh", "completion/_forebay");
    }

    static boolean hasZsh() {
        return Stream.of("/bin/zsh", "/usr/bin/zsh", "/usr/local/bin/zsh")
                .anyMatch(path -> Files.isExecutable(Path.of(path)));
    }

    private void assertIsRead(String shell, String file) throws Exception {
        Process process = new ProcessBuilder(shell, "-n", folder.resolve(file).toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void twoBuildsWriteTheSame() throws IOException {
        Map<Path, String> first = contents();

        write();

        assertThat(contents()).isEqualTo(first);
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readString(file));
            }
        }
        return contents;
    }
}
