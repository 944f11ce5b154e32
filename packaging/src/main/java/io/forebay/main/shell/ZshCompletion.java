package io.forebay.main.shell;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// A completion function in zsh's own words: commands, their options, and files for what takes a value.
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(CommandSpec root) {
        StringBuilder script = new StringBuilder();
        script.append("#compdef ").append(root.name()).append('\n');
        script.append("local -a commands\n");
        script.append("_arguments -C '1:command:->command' '*::argument:->argument'\n");
        script.append("case $state in\n");
        script.append("command)\n");
        script.append("  commands=(\n");
        for (CommandSpec command : Commands.visible(root)) {
            String what = String.join(" ", command.usageMessage().description());
            script.append("    ").append(quoted(command.name() + ":" + what)).append('\n');
        }
        script.append("  )\n");
        script.append("  _describe command commands\n");
        script.append("  ;;\n");
        script.append("argument)\n");
        script.append("  case $words[1] in\n");
        Commands.visible(root).forEach(command -> arguments(script, command));
        script.append("  esac\n");
        script.append("  ;;\n");
        script.append("esac\n");
        return script.toString();
    }

    private static void arguments(StringBuilder script, CommandSpec command) {
        List<String> arguments = new ArrayList<>();
        for (OptionSpec option : Commands.options(command)) {
            for (String name : option.names()) {
                String what = "[" + escape(Commands.description(option)) + "]";
                String value = option.arity().max() == 0 ? "" : ":" + escape(option.paramLabel()) + ":_files";
                arguments.add(quoted((option.isMultiValue() ? "*" : "") + name + what + value));
            }
        }
        List<CommandSpec> below = Commands.visible(command);
        if (!below.isEmpty()) {
            List<String> names = below.stream().map(CommandSpec::name).toList();
            arguments.add(quoted("1::command:(" + String.join(" ", names) + ")"));
        }
        arguments.add(quoted("*:argument:_files"));
        script.append("  ").append(command.name()).append(")\n");
        script.append("    _arguments \\\n      ")
                .append(String.join(" \\\n      ", arguments))
                .append('\n');
        script.append("    ;;\n");
    }

    /// What `_arguments` takes apart at.
    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
