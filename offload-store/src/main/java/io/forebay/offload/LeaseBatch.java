package io.forebay.offload;

import java.util.List;

/// The leases one request was given, none when nothing may run now.
public record LeaseBatch(List<Lease> leases) {
    public LeaseBatch {
        leases = List.copyOf(leases);
    }
}
