package io.forebay.main.shell;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// One manual page, in the macros of man(7).
final class ManPage {
    private final CommandSpec command;
    private final String version;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec command, String version) {
        this.command = command;
        this.version = version;
    }

    static String of(CommandSpec command, String version) {
        return new ManPage(command, version).text();
    }

    /// `forebay-explain` for `forebay explain`.
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private String text() {
        line(".TH \"" + name(command).toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"Forebay " + version
                + "\" \"Forebay\"");
        line(".SH NAME");
        line(escape(name(command) + " - " + sentence(command)));
        line(".SH SYNOPSIS");
        line("\\fB" + escape(command.qualifiedName(" ")) + "\\fR" + escape(synopsis()));
        line(".SH DESCRIPTION");
        line(escape(String.join(" ", command.usageMessage().description())));
        arguments();
        commands();
        line(".SH EXIT STATUS");
        line(
                "0 done, 1 the answer is no, 64 wrong usage, 65 the store cannot be used, 70 a fault of the program, 73 what was");
        line("to be made is there, 74 a file cannot be read or written.");
        return page.toString();
    }

    private static String sentence(CommandSpec command) {
        String text = String.join(" ", command.usageMessage().description());
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private String synopsis() {
        StringBuilder synopsis = new StringBuilder();
        for (OptionSpec option : Commands.options(command)) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            String form = option.longestName() + label;
            synopsis.append(option.required() ? " " + form : " [" + form + "]");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            synopsis.append(' ').append(parameter.paramLabel());
        }
        return synopsis + (Commands.visible(command).isEmpty() ? "" : " COMMAND");
    }

    private void arguments() {
        List<OptionSpec> options = Commands.options(command);
        if (options.isEmpty() && command.positionalParameters().isEmpty()) {
            return;
        }
        line(".SH OPTIONS");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            item("\\fI" + escape(parameter.paramLabel()) + "\\fR", parameter);
        }
        for (OptionSpec option : options) {
            String names = "\\fB" + escape(String.join(", ", option.names())) + "\\fR";
            item(option.arity().max() == 0 ? names : names + " \\fI" + escape(option.paramLabel()) + "\\fR", option);
        }
    }

    private void item(String head, ArgSpec argument) {
        line(".TP");
        line(head);
        line(escape(Commands.description(argument)));
    }

    private void commands() {
        List<CommandSpec> below = Commands.visible(command);
        if (below.isEmpty()) {
            return;
        }
        line(".SH COMMANDS");
        for (CommandSpec one : below) {
            line(".TP");
            line("\\fB" + escape(one.name()) + "\\fR (see \\fB" + escape(name(one)) + "\\fR(1))");
            line(escape(sentence(one)));
        }
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /// A hyphen is not to become a dash, and no line is to begin a request of its own.
    private static String escape(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
