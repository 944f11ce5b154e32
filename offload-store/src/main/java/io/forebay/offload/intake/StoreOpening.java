package io.forebay.offload.intake;

import io.forebay.offload.StoreObserver;
import io.forebay.offload.codec.Opening;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.NoSpaceException;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageOpener;

/// How the store is opened: at start by the opening thread, and by `store-writer` after every failed commit, the same
/// way each time.
record StoreOpening(
        StorageOpener opener, int cachedReadyMax, TimeSource time, StoreObserver observer, Machine machine) {
    private static final System.Logger LOG = System.getLogger(StoreOpening.class.getName());

    /// Opens, builds the index and settles the jobs found running; what this changes is committed on return. If the
    /// disk turns out to be full, what was kept for this moment is freed, and all is tried once more.
    OpenStore open() throws CommitFailure {
        try {
            return openOnce();
        } catch (NoSpaceException e) {
            LOG.log(System.Logger.Level.WARNING, "the disk is too full to open the store; making room", e);
        } catch (CommitFailure e) {
            if (e.kind() != CommitFailure.Kind.NO_SPACE) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "the disk is too full to open the store; making room", e);
        }
        opener.makeRoom();
        return openOnce();
    }

    private OpenStore openOnce() throws CommitFailure {
        long startNs = time.nanoTime();
        Storage storage = opener.open();
        try {
            Opening opening = Opening.of(storage, cachedReadyMax, new DamageReport(observer));
            OpenStore open = new OpenStore(storage, opening, this);
            open.reclaim(opening.running());
            observer.opened(time.nanoTime() - startNs, opening.running().size());
            return open;
        } catch (RuntimeException | Error | CommitFailure e) {
            storage.close();
            throw e;
        }
    }

    /// Frees what was kept for a full disk; a failure is logged, the store opens or does not all the same.
    void makeRoom() {
        try {
            opener.makeRoom();
        } catch (StorageException e) {
            LOG.log(System.Logger.Level.ERROR, "no room could be made", e);
        }
    }
}
