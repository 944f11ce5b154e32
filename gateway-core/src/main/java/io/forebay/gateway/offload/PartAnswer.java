package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;

/// An answer whose body is some of a stored part: read a piece at a time, and no piece before the client took the one
/// before. Owned by the exchange's loop.
final class PartAnswer extends PendingAnswer {
    /// How long the next piece is waited for when the store is away.
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final ResponseHead head;
    private final StoredPart part;
    private final long end;
    private long at;
    private long readNs = System.nanoTime();
    private boolean isReading;
    private boolean isStale;

    /// @param head the answer's, without Content-Length
    /// @param end the first byte that is not sent
    private PartAnswer(Exchange exchange, ResponseHead head, StoredPart part, long from, long end) {
        super(exchange);
        this.head = head;
        this.part = part;
        this.at = from;
        this.end = end;
    }

    /// Answers with all of it.
    static void whole(Exchange exchange, ResponseHead head, StoredPart part) {
        some(exchange, head, part, 0, part.bytes());
    }

    static void some(Exchange exchange, ResponseHead head, StoredPart part, long from, long end) {
        ResponseHead measured = head.isBodyless() ? head : head.contentLength(end - from);
        if (exchange.head().isHead() || head.isBodyless() || from == end) {
            exchange.answerWhole(measured, new byte[0]);
        } else {
            new PartAnswer(exchange, measured, part, from, end).read();
        }
    }

    private void read() {
        isReading = true;
        isStale = false;
        part.read(
                at,
                outcome -> onLoop(() -> {
                    isReading = false;
                    switch (outcome) {
                        case Outcome.Done<byte[]>(byte[] piece) -> send(piece);
                        case Outcome.Refused<byte[]>(StoreRefusal refusal) -> unread(refusal);
                    }
                }));
    }

    private void send(byte[] piece) {
        if (!exchange().isAnswered()) {
            exchange().answer(head, true);
        }
        readNs = System.nanoTime();
        int bytes = (int) Math.min(piece.length, end - at);
        at += bytes;
        isReading = true;
        exchange().answerBody(Unpooled.wrappedBuffer(piece, 0, bytes), bytes);
        isReading = false;
        if (isOver()) {
            return;
        }
        if (at == end) {
            over();
            exchange().answerEnd(null);
        }
        exchange().flush();
        goOn();
    }

    private void unread(StoreRefusal refusal) {
        if (!exchange().isAnswered()) {
            refuse(ProblemCatalog.of(refusal));
        } else if (refusal.mayPass() && System.nanoTime() - readNs < PATIENCE_NS) {
            isStale = true;
        } else {
            over();
            exchange().abort("body-unreadable", ResponseFlag.BODY_UNREADABLE);
        }
    }

    private void goOn() {
        if (!isOver()
                && !isReading
                && !isStale
                && exchange().isAnswered()
                && exchange().isWritable()) {
            read();
        }
    }

    @Override
    public void onClientWritable() {
        goOn();
    }

    @Override
    public void onSweep(long nowNs) {
        isStale = false;
        goOn();
    }
}
