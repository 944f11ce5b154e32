package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.JobStore;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A batch of which all items become jobs in one commit, or none does: then the answer is the problem of the item that
/// was in the way, with its number. Items are read a few at a time, so that a long batch does not keep the loop from
/// its other connections. Owned by the exchange's loop.
final class AtomicBatch extends PendingAnswer {
    private static final int ITEMS_AT_ONCE = 32;

    private final BatchItems items;
    private final JobParts parts;
    private final CallsUnderWay calls;
    private final BatchLines lines;
    private final List<Submission> submissions = new ArrayList<>();
    private long bytes;
    private boolean isReading;
    private boolean isAtOnce;

    AtomicBatch(Exchange exchange, BatchItems items, JobParts parts, Submissions submissions) {
        super(exchange);
        this.items = items;
        this.parts = parts;
        this.calls = submissions.callsUnderWay();
        this.lines = new BatchLines(submissions.collecting(), JobStore.BATCH_BYTES_MAX);
    }

    void start() {
        if (exchange().head().contentLength() > JobStore.BATCH_BYTES_MAX) {
            refuse(tooLong());
        } else if (exchange().isRequestComplete()) {
            onBodyEnd(null);
        } else {
            exchange().sendContinue();
        }
    }

    private static Problem tooLong() {
        return Problem.of(
                ProblemType.BATCH_TOO_LONG,
                "batch-too-long",
                "at most " + JobStore.BATCH_JOBS_MAX + " items and " + JobStore.BATCH_BYTES_MAX
                        + " bytes are accepted together; forebay-batch: each takes more");
    }

    @Override
    public void onBody(ByteBuf in, int more) {
        if (isOver()) {
            in.skipBytes(more);
        } else if (lines.size() + more > JobStore.BATCH_BYTES_MAX) {
            in.skipBytes(more);
            refuse(tooLong());
        } else if (!lines.take(in, more)) {
            in.skipBytes(more);
            refuse(ProblemCatalog.of(new StoreRefusal.IntakePaused(0)));
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isOver()) {
            lines.last();
            read();
        }
    }

    private void read() {
        isReading = true;
        readSome();
    }

    private void readSome() {
        for (int i = 0; i < ITEMS_AT_ONCE; i++) {
            byte[] line = lines.next();
            if (line == null) {
                if (lines.isTooLong()) {
                    refuse(BatchLines.tooLong().ofItem(items.count()));
                } else {
                    submit();
                }
                return;
            }
            isAtOnce = false;
            items.next(this, line, this::take);
            if (!isAtOnce || isOver()) {
                isReading = false;
                return;
            }
        }
        onLoop(this::readSome);
    }

    private void take(BatchItems.Item item) {
        switch (item) {
            case BatchItems.Refused(Problem problem) -> refuse(problem.ofItem(items.count() - 1));
            case BatchItems.Ready(Submission submission) -> {
                bytes += submission.payloadBytes();
                submissions.add(submission);
                if (submissions.size() > JobStore.BATCH_JOBS_MAX || bytes > JobStore.BATCH_BYTES_MAX) {
                    refuse(tooLong());
                }
            }
        }
        isAtOnce = true;
        if (!isReading && !isOver()) {
            read();
        }
    }

    private void submit() {
        lines.drop();
        if (submissions.isEmpty()) {
            refuse(Problem.of(ProblemType.BATCH_ITEM_INVALID, "batch-empty", "a batch has one item at least"));
            return;
        }
        parts.store()
                .submitAll(
                        submissions,
                        outcome -> onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Refused<List<Submitted>>(StoreRefusal refusal) ->
                                    refuse(ProblemCatalog.of(refusal));
                                case Outcome.Done<List<Submitted>>(List<Submitted> accepted) -> accept(accepted);
                            }
                        }));
    }

    private void accept(List<Submitted> accepted) {
        for (int item = 0; item < accepted.size(); item++) {
            if (!calls.tell(accepted.get(item).job().id())) {
                // What is there of the others a repeat finds, if they have keys.
                refuse(Submissions.callInProgress().ofItem(item));
                return;
            }
        }
        over();
        byte[] document = new BatchDocument(parts.settings().jobsPath()).all(accepted);
        ResponseHead head = new ResponseHead()
                .begin(202)
                .add("content-type", "application/json")
                .add("cache-control", "no-store")
                .contentLength(document.length);
        exchange().because("batch-accepted");
        exchange().answerWhole(head, document);
    }

    @Override
    void over() {
        super.over();
        lines.drop();
    }
}
