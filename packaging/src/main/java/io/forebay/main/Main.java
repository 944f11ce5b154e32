package io.forebay.main;

import io.forebay.main.log.JsonLogging;
import io.forebay.main.quickstart.QuickstartCommand;
import io.forebay.main.quickstart.RehearseCommand;
import io.forebay.main.store.BackupCommand;
import io.forebay.main.store.ExportCommand;
import io.forebay.main.store.InspectCommand;
import io.forebay.main.store.RestoreCommand;
import io.forebay.main.store.ScrubCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line.
@Command(
        name = "forebay",
        description = "Hybrid gateway appliance with built-in async offload.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            VersionCommand.class,
            QuickstartCommand.class,
            RehearseCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            ScrubCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        JsonLogging.install();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("forebay: " + failure.getMessage());
            if (failure instanceof StartFailure start) {
                return start.exitCode();
            }
            failure.printStackTrace(command.getErr());
            return ExitCode.FAILED;
        });
    }
}
