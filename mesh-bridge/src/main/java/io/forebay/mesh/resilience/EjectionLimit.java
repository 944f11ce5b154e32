package io.forebay.mesh.resilience;

import java.util.List;

/// How many endpoints of one backend may be ejected at a time. Counts open breakers, which is asked only when one
/// is about to open; nothing is kept that could go wrong when endpoints come and go.
public final class EjectionLimit {
    private final List<CircuitBreaker> breakers;
    private final int max;

    /// @param breakers of all endpoints of the backend
    EjectionLimit(List<CircuitBreaker> breakers, int max) {
        this.breakers = breakers;
        this.max = max;
    }

    /// Whether one more may be ejected.
    boolean hasRoom() {
        return ejected() < max;
    }

    /// Whether two loops have ejected the last two at once.
    boolean isExceeded() {
        return ejected() > max;
    }

    private int ejected() {
        int count = 0;
        for (int i = 0; i < breakers.size(); i++) {
            if (breakers.get(i).phase() != CircuitBreaker.Phase.CLOSED) {
                count++;
            }
        }
        return count;
    }
}
