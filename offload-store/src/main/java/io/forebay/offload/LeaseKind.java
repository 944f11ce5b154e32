package io.forebay.offload;

/// Who holds a lease, which decides what its silence means.
public enum LeaseKind {
    /// A dispatcher of this process: the lease ends with the process, and every one is released when the store
    /// opens.
    PUSH,
    /// A worker outside: the lease lives by heartbeats and survives a restart with one fresh term.
    PULL
}
