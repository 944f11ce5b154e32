package io.forebay.gateway.offload;

import io.forebay.gateway.http.LoopContext;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Tells the store how an attempt went, again and again while it cannot take it: nobody else will end the job before
/// its lease does.
public final class StoreReport {
    private static final long OFFER_AGAIN_MS = 20;

    private StoreReport() {}

    /// Offers `report` until the store has taken it or never will.
    ///
    /// @param then hears of it, on the loop
    public static void send(LoopContext loop, Consumer<Completion<Job>> report, Consumer<Outcome<Job>> then) {
        report.accept(outcome -> loop.eventLoop().execute(() -> {
            if (outcome instanceof Outcome.Refused<Job>(var refusal) && refusal.mayPass()) {
                loop.eventLoop().schedule(() -> send(loop, report, then), OFFER_AGAIN_MS, TimeUnit.MILLISECONDS);
            } else {
                then.accept(outcome);
            }
        }));
    }
}
