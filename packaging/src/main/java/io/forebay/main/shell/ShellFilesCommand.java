package io.forebay.main.shell;

import io.forebay.main.ExitCode;
import io.forebay.main.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `forebay shell-files DIR`, called by the build: `DIR/completion/forebay.bash`, `DIR/completion/_forebay` for
/// zsh, and `DIR/man/*.1`.
@Command(name = "shell-files", hidden = true, description = "Writes completion and man pages.")
public final class ShellFilesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "folder that gets completion/ and man/")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandSpec root = spec.root();
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(completion.resolve("forebay.bash"), AutoComplete.bash(root.name(), root.commandLine()));
        Files.writeString(completion.resolve("_forebay"), ZshCompletion.of(root));
        writePages(root, Files.createDirectories(directory.resolve("man")));
        return ExitCode.OK;
    }

    private static void writePages(CommandSpec command, Path folder) throws IOException {
        Files.writeString(folder.resolve(ManPage.name(command) + ".1"), ManPage.of(command, Version.TEXT));
        for (CommandSpec one : Commands.visible(command)) {
            writePages(one, folder);
        }
    }
}
