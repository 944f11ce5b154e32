package io.forebay.offload;

/// Takes the outcome of one call, exactly once. It runs on `store-writer` after the synced commit (or on
/// `store-reader-n` for reads); a call refused at once runs it on the calling thread before the call returns. It
/// must not block: post to your own thread. What it throws is logged and goes nowhere else.
@FunctionalInterface
public interface Completion<T> {
    void complete(Outcome<T> outcome);
}
