package io.forebay.main.operator;

import io.forebay.admin.Reply;
import io.forebay.main.StoreCall;
import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import java.util.function.Consumer;
import java.util.function.Function;

/// What the store says, in the words of operators' replies. Blocks: operators' calls run on virtual threads.
final class StoreReplies {
    static final long LIMIT_MS = 8_000;
    private static final int RETRY_AFTER_SECONDS = 1;

    private StoreReplies() {}

    static <T, R> Reply<R> ask(Consumer<Completion<T>> call, Function<T, Reply<R>> then) {
        return ask(LIMIT_MS, call, then);
    }

    static <T, R> Reply<R> ask(long limitMs, Consumer<Completion<T>> call, Function<T, Reply<R>> then) {
        return StoreCall.<T>await(limitMs, call)
                .map(outcome -> reply(outcome, then))
                .orElseGet(() ->
                        new Reply.Unknown<>("store-timed-out", "the store did not answer within " + limitMs + " ms"));
    }

    private static <T, R> Reply<R> reply(Outcome<T> outcome, Function<T, Reply<R>> then) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> then.apply(value);
            case Outcome.Refused<T>(StoreRefusal refusal) -> refused(refusal);
        };
    }

    private static <R> Reply<R> refused(StoreRefusal refusal) {
        return switch (refusal) {
            case StoreRefusal.NotFound _ -> Reply.missing();
            case StoreRefusal.QueueMissing _ -> Reply.missing();
            case StoreRefusal.AlreadyTerminal ended -> new Reply.Conflict<>("job-ended", "the job is " + ended.state());
            case StoreRefusal.NotRedrivable kept ->
                new Reply.Conflict<>("job-not-redrivable", "the job is " + kept.state());
            case StoreRefusal.PayloadGone _ ->
                new Reply.Conflict<>("payload-gone", "the request's bytes were deleted after their retention");
            case StoreRefusal.EventsFull _ ->
                new Reply.Conflict<>("events-full", "no more events of this job are kept");
            case StoreRefusal.EventsMissing _ -> new Reply.Conflict<>("events-missing", "other events are kept");
            case StoreRefusal.StaleEpoch _ -> new Reply.Conflict<>("lease-stale", "the job was leased anew");
            case StoreRefusal.OldGeneration _ -> new Reply.Conflict<>("old-generation", "a newer policy is live");
            case StoreRefusal.PayloadTooLarge large ->
                new Reply.Invalid<>("too-large", "at most " + large.bytesMax() + " bytes");
            case StoreRefusal.FingerprintMismatch _ ->
                new Reply.Conflict<>("idempotency-key-reused", "the key belongs to another request");
            case StoreRefusal.Damaged damaged -> unavailable("store-damaged", damaged.where());
            case StoreRefusal.Busy busy -> unavailable("store-busy", busy.what());
            case StoreRefusal.IntakePaused _ -> unavailable("intake-paused", "too many bytes are under way");
            case StoreRefusal.OfItem item -> refused(item.why());
            case StoreRefusal.TooManyAhead many -> unavailable("too-many-ahead", many.queue());
            case StoreRefusal.IntakeStopped stopped -> unavailable("intake-stopped", stopped.queue());
            case StoreRefusal.OperationUnderWay underWay ->
                new Reply.Conflict<>(
                        "operation-under-way", "another operation on " + underWay.queue() + " is under way");
            case StoreRefusal.QueueFull full -> unavailable("queue-full", full.queue());
            case StoreRefusal.TenantFull full -> unavailable("tenant-full", full.queue());
            case StoreRefusal.BytesFull full -> unavailable("queue-bytes-full", full.queue());
            case StoreRefusal.DiskFull _ -> unavailable("disk-full", "the disk is full");
            case StoreRefusal.Unavailable(String reason, boolean mayBeDone) ->
                mayBeDone ? new Reply.Unknown<>("write-failed", reason) : unavailable("store-unavailable", reason);
        };
    }

    private static <R> Reply<R> unavailable(String reason, String detail) {
        return new Reply.Unavailable<>(reason, detail, RETRY_AFTER_SECONDS);
    }
}
