package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.text;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `faultInjection` of a BackendTrafficPolicy may say; the names are Envoy Gateway's. Each row has a case in
/// `FaultInjectionRulesTest`.
final class FaultInjectionRules {
    private static final String FAULTS = "spec.faultInjection";
    private static final Duration DELAY_MAX = Duration.ofHours(1);

    static final RuleTable TABLE = RuleTable.of(
            cross(FAULTS, FaultInjectionRules::saysSomething),
            text(FAULTS + ".delay.fixedDelay", FaultInjectionRules::delayProblem),
            cross(FAULTS + ".delay", FaultInjectionRules::isAPercentage),
            cross(FAULTS + ".abort", FaultInjectionRules::hasOneStatus),
            range(FAULTS + ".abort.httpStatus", 200, 599),
            range(FAULTS + ".abort.grpcStatus", 1, 16),
            cross(FAULTS + ".abort", FaultInjectionRules::isAPercentage));

    private FaultInjectionRules() {}

    private static void saysSomething(Yaml.Mapping faults, String path, Findings findings) {
        if (faults.value("delay") == null && faults.value("abort") == null) {
            findings.error(faults.at(), path, "no fault is named", "delay, abort, or both");
        }
    }

    private static void hasOneStatus(Yaml.Mapping abort, String path, Findings findings) {
        boolean hasHttp = abort.value("httpStatus") != null;
        boolean hasGrpc = abort.value("grpcStatus") != null;
        if (hasHttp == hasGrpc) {
            findings.error(
                    abort.at(),
                    path,
                    hasHttp ? "httpStatus and grpcStatus exclude each other" : "nothing is answered",
                    "exactly one of httpStatus, grpcStatus");
        }
    }

    private static @Nullable String delayProblem(String text) {
        Optional<Duration> delay = Gep2257.parse(text);
        boolean isBounded =
                delay.isPresent() && delay.get().isPositive() && delay.get().compareTo(DELAY_MAX) <= 0;
        return isBounded || delay.isEmpty() ? null : "found \"" + text + "\"; expected 1ms to 1h";
    }

    private static void isAPercentage(Yaml.Mapping fault, String path, Findings findings) {
        if (fault.value("percentage") instanceof Yaml.Scalar percentage
                && isNumber(percentage)
                && !percentage.text().matches("100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?")) {
            findings.error(
                    percentage.at(), path + ".percentage", "found " + percentage.found(), "a number from 0 to 100");
        }
    }

    /// Of anything else the Binder says so.
    private static boolean isNumber(Yaml.Scalar scalar) {
        return scalar.type() == Yaml.ScalarType.INTEGER || scalar.type() == Yaml.ScalarType.DECIMAL;
    }
}
