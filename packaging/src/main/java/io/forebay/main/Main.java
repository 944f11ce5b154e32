package io.forebay.main;

import io.forebay.main.diff.DiffCommand;
import io.forebay.main.doctor.DoctorCommand;
import io.forebay.main.explain.ExplainCommand;
import io.forebay.main.init.InitCommand;
import io.forebay.main.log.JsonLogging;
import io.forebay.main.probe.ReadyCommand;
import io.forebay.main.quickstart.QuickstartCommand;
import io.forebay.main.quickstart.RehearseCommand;
import io.forebay.main.seed.SeedCommand;
import io.forebay.main.shell.ShellFilesCommand;
import io.forebay.main.store.BackupCommand;
import io.forebay.main.store.ExportCommand;
import io.forebay.main.store.InspectCommand;
import io.forebay.main.store.RestoreCommand;
import io.forebay.main.store.ScrubCommand;
import java.io.IOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The command line.
@Command(
        name = "forebay",
        description = "Hybrid gateway appliance with built-in async offload.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            VersionCommand.class,
            ReadyCommand.class,
            AdminTokenCommand.class,
            ExplainCommand.class,
            DiffCommand.class,
            InitCommand.class,
            DoctorCommand.class,
            QuickstartCommand.class,
            RehearseCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            ScrubCommand.class,
            SeedCommand.class,
            ShellFilesCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private static final String HELP = "--help";

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        JsonLogging.install();
        int exitCode = commandLine().execute(arguments);
        if (exitCode == ExitCode.OK && System.out.checkError()) {
            System.err.println("forebay: the output was not taken to its end");
            exitCode = ExitCode.IO;
        }
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        CommandLine all = new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
        everyCommand(all);
        return all;
    }

    private static int explain(Exception failure, CommandLine command) {
        command.getErr().println("forebay: " + (failure.getMessage() == null ? failure : failure.getMessage()));
        return switch (failure) {
            case StartFailure start -> start.exitCode();
            case FileSystemException file -> {
                command.getErr().println("forebay: " + file.getClass().getSimpleName());
                yield ExitCode.IO;
            }
            case IOException _ -> ExitCode.IO;
            default -> {
                failure.printStackTrace(command.getErr());
                yield ExitCode.SOFTWARE;
            }
        };
    }

    /// What a command does not take over from its parent: `--help`, and the exit code for wrong usage.
    private static void everyCommand(CommandLine command) {
        CommandSpec spec = command.getCommandSpec().exitCodeOnInvalidInput(ExitCode.USAGE);
        if (!spec.optionsMap().containsKey(HELP)) {
            spec.addOption(OptionSpec.builder("-h", HELP)
                    .usageHelp(true)
                    .description("say what the command takes")
                    .build());
        }
        command.getSubcommands().values().forEach(Main::everyCommand);
    }
}
