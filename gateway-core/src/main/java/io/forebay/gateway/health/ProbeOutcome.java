package io.forebay.gateway.health;

/// What came of a probe.
///
/// @param detail why it failed, for the log; empty where it did not
record ProbeOutcome(boolean isSuccess, String detail) {
    static final ProbeOutcome SUCCESS = new ProbeOutcome(true, "");

    static ProbeOutcome failure(String detail) {
        return new ProbeOutcome(false, detail);
    }

    static ProbeOutcome failure(Throwable cause) {
        return failure(String.valueOf(cause.getMessage()));
    }
}
