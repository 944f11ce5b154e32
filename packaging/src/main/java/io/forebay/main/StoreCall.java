package io.forebay.main;

import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Waits for the store, for callers that may block: operators' calls on virtual threads, and the start.
public final class StoreCall {
    private StoreCall() {}

    /// The outcome, or a refusal when it does not come in time or the caller is interrupted.
    public static <T> Outcome<T> await(long limitMs, Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
        call.accept(outcome::complete);
        try {
            return outcome.get(limitMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Outcome.refused(new StoreRefusal.Unavailable("no answer within " + limitMs + " ms"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.refused(new StoreRefusal.Unavailable("interrupted"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("completions never fail", e);
        }
    }
}
