package io.forebay.main.shell;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What of the commands' model is shown.
final class Commands {
    private Commands() {}

    /// The commands below one, without those that are for builds.
    static List<CommandSpec> visible(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(one -> !one.usageMessage().hidden())
                .distinct()
                .toList();
    }

    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /// What an option or parameter is for, with its default put in.
    static String description(ArgSpec argument) {
        String value = argument.initialValue() == null ? "" : String.valueOf(argument.initialValue());
        return String.join(" ", argument.description()).replace("${DEFAULT-VALUE}", value);
    }
}
