package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stands for an exchange whose answer comes from another thread: throws away a body nobody asked for, and knows
/// whether an answer is still wanted. An HTTP/1.1 connection uses its exchange again for the next request, so
/// whatever comes back late must find out here that it is late. Owned by the exchange's loop; other threads come back
/// to it through [#onLoop(Runnable)].
class PendingAnswer implements RequestConsumer {
    private final Exchange exchange;
    private boolean isOver;

    PendingAnswer(Exchange exchange) {
        this.exchange = exchange;
        exchange.consumer(this);
    }

    final Exchange exchange() {
        return exchange;
    }

    final boolean isOver() {
        return isOver;
    }

    /// The answer is about to be given, or the client has gone: what comes back later is dropped. On the loop.
    void over() {
        isOver = true;
    }

    /// Refuses the request; the last thing that happens here.
    final void refuse(Problem problem) {
        over();
        ProblemWriter.answer(exchange, problem);
    }

    /// A completion that comes back to the loop, and answers a refusal by itself.
    final <T> Completion<T> orRefuse(Consumer<T> next) {
        return outcome -> onLoop(() -> {
            switch (outcome) {
                case Outcome.Done<T>(T value) -> next.accept(value);
                case Outcome.Refused<T>(var refusal) -> refuse(ProblemCatalog.of(refusal));
            }
        });
    }

    /// Answers 200 with a document that nobody shall keep; the last thing that happens here.
    final void answerJson(byte[] document) {
        over();
        exchange.answerWhole(
                new ResponseHead()
                        .begin(200)
                        .add("content-type", "application/json")
                        .add("cache-control", "no-store")
                        .contentLength(document.length),
                document);
    }

    /// Runs `work` on the exchange's loop unless it has been answered or the client has gone meanwhile. Any thread.
    final void onLoop(Runnable work) {
        exchange.loop().eventLoop().execute(() -> {
            if (!isOver) {
                work.run();
            }
        });
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        in.skipBytes(bytes);
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onClientWritable() {}

    @Override
    public void onClientGone() {
        over();
    }

    @Override
    public void onSweep(long nowNs) {}
}
