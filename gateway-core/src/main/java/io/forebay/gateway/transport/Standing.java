package io.forebay.gateway.transport;

/// Whether the policy still wants a listener. Shared by the listener and all its connections, which ask before each
/// request: a connection may outlive its listener, and another one that demands more of its clients may have the port
/// by then. What was withdrawn stays so.
final class Standing {
    private volatile boolean isWithdrawn;

    boolean isWithdrawn() {
        return isWithdrawn;
    }

    void withdraw() {
        isWithdrawn = true;
    }
}
