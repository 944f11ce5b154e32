package io.forebay.mesh;

/// How an endpoint is, as operators see it.
public enum EndpointState {
    /// It gets its share of the calls.
    HEALTHY("healthy"),
    /// Its breaker is not closed: its calls failed, and it is out for a while or being tried.
    EJECTED("ejected"),
    /// Probes find it down.
    UNHEALTHY("unhealthy");

    private final String word;

    EndpointState(String word) {
        this.word = word;
    }

    /// The name in metrics and documents: stable.
    public String word() {
        return word;
    }
}
