package io.forebay.perf.scenario;

/// One way to load a contender; a scenario reports each as a line of its own.
enum Line {
    /// As fast as it can, in a closed loop.
    SATURATED("saturated"),
    /// All contenders at the same offered rate, 80 % of what the slowest can do.
    CONSTANT("constant"),
    /// As fast as it can, each request with a token never seen before.
    COLD("cold");

    private final String id;

    Line(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }
}
