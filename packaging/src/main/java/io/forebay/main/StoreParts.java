package io.forebay.main;

import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Spool;
import io.forebay.offload.intake.AwaitedStore;
import io.forebay.offload.intake.OffloadStore;

/// What works with the store needs of it, whether it is open or awaited.
record StoreParts(JobStore jobs, JobReader reader, Spool spool) {
    static StoreParts of(OffloadStore store) {
        return new StoreParts(store.jobs(), store.reader(), store.spool());
    }

    static StoreParts of(AwaitedStore store) {
        return new StoreParts(store.jobs(), store.reader(), store.spool());
    }
}
