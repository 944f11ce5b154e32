package io.forebay.policy;

/// How far a policy goes. Every policy object carries one.
public enum PolicyMode {
    /// Refuses what it refuses.
    ENFORCE,
    /// Counts and logs what it would have refused, and changes nothing.
    SHADOW,
    /// Is not evaluated.
    OFF
}
