package io.forebay.offload.intake;

import io.forebay.offload.Content;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;

/// A store that another process still has. Who works with it has its parts already; they refuse everything as
/// [StoreRefusal.Unavailable] until the store is open here. Any thread.
public final class AwaitedStore {
    static final StoreRefusal.Unavailable NOT_OPEN =
            new StoreRefusal.Unavailable("the store is not open yet: another process has it");

    private final AwaitedJobs jobs = new AwaitedJobs();
    private final AwaitedReader reader = new AwaitedReader();
    private final AwaitedSpool spool = new AwaitedSpool();

    /// The store is open; the parts are its parts from now on. Once.
    public void opened(OffloadStore store) {
        spool.opened(store.spool());
        reader.opened(store.reader());
        jobs.opened(store.jobs());
    }

    public JobStore jobs() {
        return jobs;
    }

    public JobReader reader() {
        return reader;
    }

    public Spool spool() {
        return spool;
    }

    private static final class AwaitedSpool implements Spool {
        private final Awaited<Spool> spool = new Awaited<>();

        void opened(Spool opened) {
            spool.opened(opened);
        }

        @Override
        public Outcome<SpoolWriter> begin(boolean mayUseReserve) {
            Spool to = spool.orNull();
            return to == null ? Outcome.refused(NOT_OPEN) : to.begin(mayUseReserve);
        }

        @Override
        public void discard(Content content) {
            Spool to = spool.orNull();
            if (to != null) {
                to.discard(content);
            }
        }
    }
}
