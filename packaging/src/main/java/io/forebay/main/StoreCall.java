package io.forebay.main;

import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Waits for the store, for callers that may block: operators' calls on virtual threads, and the start.
public final class StoreCall {
    private StoreCall() {}

    /// The outcome; empty when it does not come in time or the caller is interrupted, and then what was asked may still
    /// be done.
    public static <T> Optional<Outcome<T>> await(long limitMs, Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
        call.accept(outcome::complete);
        try {
            return Optional.of(outcome.get(limitMs, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("completions never fail", e);
        }
    }
}
