package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A batch of any length whose items are accepted or refused one by one, in the order of their lines. The answer is a
/// line for each, in the same order, written as soon as the item is on disk: while the client still sends, if it is
/// long. A client that has gone has lost nothing that it was told of.
///
/// At most [#UNDER_WAY_MAX] items are with the store at once; beyond that, and while the client does not read its
/// answer, no more is read of the request. Owned by the exchange's loop.
final class StreamedBatch extends PendingAnswer {
    static final int UNDER_WAY_MAX = 64;

    private static final int UNREAD_BYTES_MAX = 64 << 10;
    private static final int READ_BYTES_MAX = 2 << 20;
    private static final int ITEMS_A_TURN = 32;
    private static final int UNSENT_BYTES_MAX = 256 << 10;

    private final BatchItems items;
    private final JobParts parts;
    private final Submissions submissions;
    private final BatchLines lines;
    private final BatchDocument document;
    private final Deque<Slot> underWay = new ArrayDeque<>();
    private @Nullable Problem last;
    private int unsentBytes;
    private boolean isBegun;
    private boolean isWhole;
    private boolean isPaused;
    private boolean isTurning;
    /// Other connections have their turn before the next one.
    private boolean isYielding;
    private int itemsOfTurn;
    /// The body of the last item is being validated.
    private boolean isJudging;

    /// One item, and the line that tells of it once it is known.
    private static final class Slot {
        private byte @Nullable [] line;
    }

    StreamedBatch(Exchange exchange, BatchItems items, JobParts parts, Submissions submissions) {
        super(exchange);
        this.items = items;
        this.parts = parts;
        this.submissions = submissions;
        this.lines = new BatchLines(submissions.collecting(), BatchLines.LINE_BYTES_MAX + READ_BYTES_MAX);
        this.document = new BatchDocument(parts.settings().jobsPath());
    }

    void start() {
        if (exchange().isRequestComplete()) {
            onBodyEnd(null);
        } else {
            exchange().sendContinue();
        }
    }

    @Override
    public void onBody(ByteBuf in, int more) {
        if (isOver() || last != null) {
            in.skipBytes(more);
        } else if (!lines.take(in, more)) {
            in.skipBytes(more);
            end(ProblemCatalog.of(new StoreRefusal.IntakePaused(0)));
        } else {
            turn();
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isOver()) {
            isWhole = true;
            lines.last();
            turn();
        }
    }

    @Override
    public void onClientWritable() {
        turn();
    }

    /// Offers what may be offered, sends what may be sent. A refusal may come back at once: it is for the turn under
    /// way.
    private void turn() {
        if (isTurning || isYielding || isOver()) {
            return;
        }
        isTurning = true;
        itemsOfTurn = 0;
        boolean isMoving = true;
        while (isMoving && !isOver()) {
            isMoving = offer();
            isMoving |= send();
        }
        isTurning = false;
        if (!isOver()) {
            settle();
        }
        if (itemsOfTurn >= ITEMS_A_TURN && !isOver()) {
            isYielding = true;
            onLoop(() -> {
                isYielding = false;
                turn();
            });
        }
    }

    private boolean offer() {
        boolean isAny = false;
        while (underWay.size() < UNDER_WAY_MAX && unsentBytes < UNSENT_BYTES_MAX && mayOfferMore()) {
            byte[] line = lines.next();
            if (line == null) {
                if (lines.isTooLong()) {
                    end(BatchLines.tooLong());
                }
                return isAny;
            }
            isAny = true;
            offer(line);
        }
        return isAny;
    }

    private boolean mayOfferMore() {
        return !isJudging && last == null && !isOver() && itemsOfTurn < ITEMS_A_TURN;
    }

    private void offer(byte[] line) {
        itemsOfTurn++;
        Slot slot = new Slot();
        underWay.add(slot);
        isJudging = true;
        items.next(this, line, item -> {
            isJudging = false;
            switch (item) {
                case BatchItems.Refused(Problem problem) -> known(slot, document.line(items.count() - 1, problem));
                case BatchItems.Ready(Submission submission) -> submit(slot, items.count() - 1, submission);
            }
            turn();
        });
    }

    private void submit(Slot slot, int item, Submission submission) {
        parts.store()
                .submit(
                        submission,
                        outcome -> onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Refused<Submitted>(StoreRefusal refusal) -> {
                                    submissions.noteRefusal(refusal);
                                    known(slot, document.line(item, ProblemCatalog.of(refusal)));
                                }
                                case Outcome.Done<Submitted>(Submitted submitted) ->
                                    known(
                                            slot,
                                            submissions
                                                            .callsUnderWay()
                                                            .tell(submitted
                                                                    .job()
                                                                    .id())
                                                    ? document.line(item, submitted)
                                                    : document.line(item, Submissions.callInProgress()));
                            }
                            turn();
                        }));
    }

    private void known(Slot slot, byte[] line) {
        slot.line = line;
        unsentBytes += line.length;
    }

    private boolean send() {
        boolean isAny = false;
        while (!underWay.isEmpty() && (!isBegun || exchange().isWritable())) {
            byte[] line = underWay.peek().line;
            if (line == null) {
                break;
            }
            begin();
            underWay.remove();
            unsentBytes -= line.length;
            isAny = true;
            exchange().answerBody(Unpooled.wrappedBuffer(line), line.length);
        }
        if (isAny) {
            exchange().flush();
        }
        return isAny;
    }

    private void begin() {
        if (!isBegun) {
            isBegun = true;
            exchange().because("batch-accepted");
            exchange()
                    .answer(
                            new ResponseHead()
                                    .begin(200)
                                    .add("content-type", "application/x-ndjson")
                                    .add("cache-control", "no-store"),
                            true);
        }
    }

    private void settle() {
        if ((isWhole || last != null) && underWay.isEmpty() && lines.size() == 0) {
            close();
            return;
        }
        boolean isFull = lines.size() > UNREAD_BYTES_MAX
                && (underWay.size() >= UNDER_WAY_MAX || unsentBytes >= UNSENT_BYTES_MAX || !mayOfferMore());
        if (isFull != isPaused && !isWhole) {
            isPaused = isFull;
            exchange().readBody(!isFull);
        }
    }

    /// Nothing more can be read: the problem is the last line, once those before it are known.
    private void end(Problem problem) {
        if (!isBegun && underWay.isEmpty()) {
            refuse(problem);
            return;
        }
        last = problem;
        lines.drop();
        if (isPaused) {
            // What still comes is thrown away.
            isPaused = false;
            exchange().readBody(true);
        }
        turn();
    }

    private void close() {
        begin();
        if (last != null) {
            byte[] line = document.line(items.count(), last);
            exchange().answerBody(Unpooled.wrappedBuffer(line), line.length);
        }
        over();
        exchange().answerEnd(null);
        exchange().flush();
    }

    @Override
    void over() {
        super.over();
        lines.drop();
        underWay.clear();
    }
}
