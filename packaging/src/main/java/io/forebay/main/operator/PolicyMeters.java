package io.forebay.main.operator;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.PolicyReloader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/// Whether what stands in the policy folder is what is in force: `forebay.policy.*`.
final class PolicyMeters {
    private PolicyMeters() {}

    /// @param listenFaults what keeps ports from being open as the policy wants them, a line each
    static void bind(MeterRegistry registry, PolicyReloader reloader, Supplier<List<String>> listenFaults) {
        Gauge.builder(
                        "forebay.policy.generation",
                        reloader,
                        policy -> policy.holder().current().generation())
                .description("Policies that were in force since the start, with the one that is now")
                .register(registry);
        Gauge.builder("forebay.policy.published.timestamp.seconds", reloader, PolicyMeters::publishedSeconds)
                .description("Since when the policy is in force, since 1970")
                .register(registry);
        Gauge.builder(
                        "forebay.policy.faults",
                        reloader,
                        policy -> policy.report().diagnostics().stream()
                                .filter(Diagnostic::isError)
                                .count())
                .description("Errors in the newest policy files; the objects that have them are not as they say")
                .register(registry);
        Gauge.builder(
                        "forebay.policy.listeners.closed",
                        () -> listenFaults.get().size())
                .description("Ports that are not open as the policy wants them")
                .register(registry);
    }

    private static double publishedSeconds(PolicyReloader reloader) {
        return reloader.revisions().isEmpty()
                ? 0
                : reloader.revisions().getLast().publishedAtMs() / 1e3;
    }
}
