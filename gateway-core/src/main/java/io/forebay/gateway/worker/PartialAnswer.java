package io.forebay.gateway.worker;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.KeptAnswer;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobStore;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps the answer of an attempt while it comes, so that followers read it as it grows, also after a restart. It is
/// looked at every tenth of a second: an answer that is whole by then leaves no events. One command to the store is
/// under way at a time; what comes meanwhile goes with the next, so that a slow disk makes pieces larger and nothing
/// else. Of a long answer the beginning is kept that way, as far as it was in memory. Owned by one loop.
final class PartialAnswer {
    private static final int PIECE_BYTES_MAX = 16 << 10;
    private static final long OFFER_AGAIN_MS = 20;
    private static final int OFFERS_AFTER_THE_END_MAX = 50;
    private static final Set<String> STREAMED_TYPES =
            Set.of("text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-seq");

    private final JobStore store;
    private final LeaseKey lease;
    private final LoopContext loop;
    private final QueuePolicy.PartialResults which;
    private int keptEvents;
    private int keptBytes;
    private int offersAfterTheEnd;
    private boolean isAsking;
    private boolean isOver;
    private @Nullable Runnable finished;

    PartialAnswer(JobStore store, Lease lease, LoopContext loop, QueuePolicy.PartialResults which) {
        this.store = store;
        this.lease = lease.key();
        this.loop = loop;
        this.which = which;
        this.keptEvents = lease.job().events();
    }

    /// Keeps what has come since the last look.
    void look(KeptAnswer call) {
        if (isAsking || isOver || call.status() == 0) {
            return;
        }
        if (!isWanted(call)) {
            call.forget();
        } else if (call.heldBytes() > keptBytes) {
            emit(call);
        }
    }

    /// Keeps the rest of an answer that is whole, if there are events of it, and goes on with `next`.
    void finish(KeptAnswer call, Runnable next) {
        if (isOver || (keptBytes == 0 && !isAsking)) {
            next.run();
            return;
        }
        finished = next;
        if (!isAsking) {
            goOn(call);
        }
    }

    private boolean isWanted(KeptAnswer call) {
        boolean isSuccess = call.status() / 100 == 2;
        return isSuccess
                && switch (which) {
                    case NEVER -> false;
                    case ALWAYS -> true;
                    case AUTO -> STREAMED_TYPES.contains(mediaType(call.type()));
                };
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private void emit(KeptAnswer call) {
        isAsking = true;
        List<JobEvent> pieces = new ArrayList<>();
        int to = keptBytes;
        int end = Math.min(call.heldBytes(), keptBytes + JobEvent.AT_ONCE_BYTES_MAX);
        while (to < end && pieces.size() < JobEvent.AT_ONCE_MAX) {
            byte[] piece = call.held(to, Math.min(end, to + PIECE_BYTES_MAX));
            boolean isLast = finished != null && to + piece.length == call.heldBytes() && !call.isLongerThanHeld();
            int whole = isLast ? piece.length : Utf8.wholeCharacters(piece);
            if (whole == 0) {
                break;
            }
            pieces.add(new JobEvent.Partial(whole == piece.length ? piece : Arrays.copyOf(piece, whole)));
            to += whole;
        }
        offer(call, pieces, to);
    }

    /// The same pieces until the store has them or will not take them: whether an offer that failed was kept, only
    /// the store knows.
    private void offer(KeptAnswer call, List<JobEvent> pieces, int to) {
        if (pieces.isEmpty()) {
            isAsking = false;
            goOn(call);
            return;
        }
        store.emit(
                lease,
                keptEvents,
                pieces,
                outcome -> loop.eventLoop().execute(() -> answered(outcome, call, pieces, to)));
    }

    private void answered(Outcome<Integer> outcome, KeptAnswer call, List<JobEvent> pieces, int to) {
        switch (outcome) {
            case Outcome.Done<Integer>(Integer count) -> {
                keptEvents = count;
                keptBytes = to;
                isAsking = false;
                goOn(call);
            }
            case Outcome.Refused<Integer>(StoreRefusal refusal) -> {
                if (isOfferedAgain(refusal)) {
                    loop.eventLoop().schedule(() -> offer(call, pieces, to), OFFER_AGAIN_MS, TimeUnit.MILLISECONDS);
                } else {
                    isAsking = false;
                    isOver = true;
                    end();
                }
            }
        }
    }

    /// The end of the attempt waits a while for its last pieces, not for ever; and a disk that is full has better uses.
    private boolean isOfferedAgain(StoreRefusal refusal) {
        offersAfterTheEnd += finished == null ? 0 : 1;
        return refusal.mayPass()
                && !(refusal instanceof StoreRefusal.DiskFull)
                && offersAfterTheEnd < OFFERS_AFTER_THE_END_MAX;
    }

    private void goOn(KeptAnswer call) {
        if (finished == null) {
            if (call.heldBytes() - keptBytes >= PIECE_BYTES_MAX) {
                emit(call);
            }
        } else if (keptBytes < call.heldBytes() && !endsWithinACharacter(call)) {
            emit(call);
        } else {
            end();
        }
    }

    /// Of a long answer, what is at hand may end in the middle of one.
    private boolean endsWithinACharacter(KeptAnswer call) {
        return call.isLongerThanHeld() && Utf8.wholeCharacters(call.held(keptBytes, call.heldBytes())) == 0;
    }

    private void end() {
        Runnable next = finished;
        finished = null;
        if (next != null) {
            next.run();
        }
    }
}
