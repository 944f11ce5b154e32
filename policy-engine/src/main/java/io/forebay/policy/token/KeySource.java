package io.forebay.policy.token;

import org.jspecify.annotations.Nullable;

/// Where a provider's keys are now. A local set is its own source; a fetched set is swapped behind this interface off
/// the loops. Called on every loop, must not block.
@FunctionalInterface
public interface KeySource {

    /// The keys, or null while none were ever fetched.
    @Nullable
    KeySet current();
}
