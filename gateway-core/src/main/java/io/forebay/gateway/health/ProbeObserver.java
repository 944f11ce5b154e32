package io.forebay.gateway.health;

/// Hears of each probe that has an outcome, on the prober's loop.
@FunctionalInterface
public interface ProbeObserver {
    /// A probe has ended.
    ///
    /// @param backend namespace/name
    /// @param isSuccess whether the endpoint was found well
    void probed(String backend, boolean isSuccess);
}
