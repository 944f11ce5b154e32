package io.forebay.gateway.transport;

import io.forebay.policy.ClientTraffic;

/// What the policy now asks of new connections to a port. Written by whoever publishes
/// policies, read as connections come.
final class PortTraffic {
    private volatile ClientTraffic current;

    PortTraffic(ClientTraffic current) {
        this.current = current;
    }

    ClientTraffic current() {
        return current;
    }

    void follow(ClientTraffic next) {
        current = next;
    }
}
