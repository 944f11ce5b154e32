package io.forebay.main.explain;

import java.io.PrintWriter;
import java.util.Locale;

/// An explanation for people: the end first, then how it came to that.
final class ExplanationText {
    private final PrintWriter out;

    ExplanationText(PrintWriter out) {
        this.out = out;
    }

    void print(Explanation all) {
        out.println(all.request());
        outcome(all.outcome());
        if (all.listener() != null) {
            line("listener", all.listener().name(), all.listener().at());
        }
        if (all.route() != null) {
            line(
                    "route",
                    all.route().object() + ", rule " + all.route().rule(),
                    all.route().at());
        }
        if (all.caller() != null) {
            line("caller", all.caller().identity() + ", tenant " + all.caller().tenant(), "");
        }
        all.policies().forEach(policy -> line("policy", policy.object() + mode(policy.mode()), policy.at()));
        all.limits()
                .forEach(limit -> line(
                        "limit",
                        limit.name() + ": " + limit.limit() + ", counted by " + limit.key() + mode(limit.mode()),
                        limit.at()));
        Explanation.Offload offload = all.offload();
        if (offload != null) {
            String clients = offload.clients().equals("any") ? "" : ", of clients that send Prefer: respond-async";
            String when = String.join(", or ", offload.when());
            line("offload", "to queue " + offload.queue() + " when " + when + clients, offload.at());
            line("queue", offload.queue(), offload.queueAt());
        }
        all.backends().forEach(this::backend);
        out.println();
        all.steps().forEach(this::step);
        if (!all.unknown().isEmpty()) {
            out.println();
            out.println("Not known here:");
            all.unknown().forEach(text -> out.println("- " + text));
        }
        out.flush();
    }

    private void outcome(Explanation.Outcome outcome) {
        StringBuilder text = new StringBuilder(outcome.kind());
        if (outcome.status() != null) {
            text.append(' ').append(outcome.status());
        }
        if (outcome.reason() != null) {
            text.append(' ').append(outcome.reason());
        }
        text.append(": ").append(outcome.because());
        out.println("=> " + text);
        if (outcome.type() != null) {
            line("problem", outcome.type() + ", flag " + outcome.flag(), "");
        }
        if (outcome.location() != null) {
            line("location", outcome.location(), "");
        }
    }

    private void backend(Explanation.Backend backend) {
        String fault = backend.fault() == null ? "" : ", answered 500: " + backend.fault();
        line(
                "backend",
                backend.name() + ", weight " + backend.weight() + " ("
                        + String.format(Locale.ROOT, "%.1f", backend.percent()) + " %)" + fault,
                backend.at());
    }

    private void step(Explanation.Step step) {
        String shadow = step.shadow() == null ? "" : " (in shadow: would be refused, " + step.shadow() + ")";
        String why = step.because().isEmpty() ? "" : ": " + step.because();
        out.println(String.format(Locale.ROOT, "%-10s %s%s%s", step.stage(), step.said(), why, shadow));
    }

    private void line(String name, String text, String at) {
        out.println(String.format(Locale.ROOT, "   %-9s %s%s", name, text, at.isEmpty() ? "" : "  [" + at + "]"));
    }

    private static String mode(String mode) {
        return mode.equals("enforce") ? "" : " (" + mode + ")";
    }
}
