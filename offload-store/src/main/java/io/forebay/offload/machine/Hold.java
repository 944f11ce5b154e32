package io.forebay.offload.machine;

import io.forebay.offload.LeaseKind;

/// Who holds the current lease: its kind, its secret, its term.
public record Hold(LeaseKind kind, long token, long termMs) {}
