package io.forebay.offload.storage;

import java.util.Locale;

/// The key spaces of the store; what each key and value looks like stands in the package text of `offload.codec`.
public enum Family {
    META,
    JOB,
    BLOB,
    READY,
    TIMER,
    ORDER,
    IDEM,
    INDEX,
    LOG;

    /// The name on disk.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
