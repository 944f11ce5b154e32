package io.forebay.mesh;

/// What a backend's concurrency limit counts.
public enum BackendResource {
    /// Open and opening connections.
    CONNECTIONS("connections"),
    /// Requests that wait for a connection.
    PENDING("pending"),
    /// Requests that hold a connection, until their answer is complete.
    REQUESTS("requests"),
    /// Requests that are tried again.
    RETRIES("retries");

    private final String word;

    BackendResource(String word) {
        this.word = word;
    }

    /// The name in reasons, metrics and policy: stable.
    public String word() {
        return word;
    }
}
