package io.forebay.main.probe;

import java.util.List;

/// What a process said of itself.
///
/// @param endpoint who was asked, as `http://127.0.0.1:9901`
/// @param unready its parts that are not ready, by name
/// @param reason why it is not ready; empty when it is
record Readiness(boolean ready, String endpoint, List<String> unready, String reason) {
    static Readiness yes(String endpoint) {
        return new Readiness(true, endpoint, List.of(), "");
    }

    static Readiness no(String endpoint, String reason) {
        return new Readiness(false, endpoint, List.of(), reason);
    }

    static Readiness waitingFor(String endpoint, List<String> unready) {
        String parts = unready.isEmpty() ? "it says so" : String.join(", ", unready);
        return new Readiness(false, endpoint, unready, "not ready: " + parts);
    }
}
