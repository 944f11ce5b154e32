package io.forebay.offload.intake;

import io.forebay.offload.StoreObserver;
import io.forebay.offload.storage.DamagedValueException;
import java.util.function.Consumer;

/// Says that a stored value is damaged, in the log and to the observer. Any thread.
final class DamageReport implements Consumer<DamagedValueException> {
    private static final System.Logger LOG = System.getLogger(DamageReport.class.getName());

    private final StoreObserver observer;

    DamageReport(StoreObserver observer) {
        this.observer = observer;
    }

    @Override
    public void accept(DamagedValueException found) {
        LOG.log(System.Logger.Level.ERROR, "a stored value is damaged", found);
        observer.damaged(found.where());
    }
}
