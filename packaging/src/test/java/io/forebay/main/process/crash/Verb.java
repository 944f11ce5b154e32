package io.forebay.main.process.crash;

/// How a worker ends its lease.
enum Verb {
    COMPLETE("complete"),
    FAIL("fail?reason=worker-failed"),
    RELEASE("release");

    private final String target;

    Verb(String target) {
        this.target = target;
    }

    /// The last segment of the report's path, and its query.
    String target() {
        return target;
    }
}
