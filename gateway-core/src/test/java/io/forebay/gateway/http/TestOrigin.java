package io.forebay.gateway.http;

import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.policy.ByteSpan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Stands where the pipeline stands: records each request that the edge lets through and answers by its path.
public final class TestOrigin implements RequestHandler {
    /// What the edge let through.
    public final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /// How each exchange ended, refused ones included.
    public final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

    /// Exchanges at `/hold`, `/pause` and `/bytes`; touch them on the loop only.
    public final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

    /// Bytes that `/bytes` has handed to the edge.
    public final AtomicLong produced = new AtomicLong();

    /// Bytes of bodies that consumers got.
    public final AtomicLong consumed = new AtomicLong();

    /// Trailers that consumers got.
    public final BlockingQueue<List<String>> trailers = new LinkedBlockingQueue<>();

    /// A request as the stages see it.
    public record Request(
            String method, String path, @Nullable String query, String host, List<String> lines) {}

    /// An exchange as the access log sees it.
    public record Ended(int status, @Nullable String reason, boolean isClientGone, long requestBytes) {}

    /// Waits for the next exchange to end.
    public Ended awaitEnd() throws InterruptedException {
        return awaited(ended);
    }

    /// Waits for the next exchange to be held.
    public Exchange awaitHeld() throws InterruptedException {
        return awaited(held);
    }

    static <T> T awaited(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    @Override
    public void onRequest(Exchange exchange) {
        RequestHead head = exchange.head();
        Request request = new Request(
                head.text(head.method()),
                head.text(head.path()),
                ByteSpan.isPresent(head.query()) ? head.text(head.query()) : null,
                head.text(head.host()),
                lines(head.fields()));
        requests.add(request);
        switch (request.path()) {
            case "/echo" -> exchange.consumer(new Echo(exchange));
            case "/continue" -> {
                exchange.consumer(new Echo(exchange));
                exchange.sendContinue();
            }
            case "/relay" -> exchange.consumer(new Relay(exchange));
            case "/bytes" -> new Producer(exchange, Long.parseLong(query(request))).begin();
            case "/hold" -> hold(exchange);
            case "/pause" -> {
                hold(exchange);
                exchange.readBody(false);
            }
            case "/refuse" -> ProblemWriter.answer(exchange, Problem.of(ProblemType.FORBIDDEN, "forbidden"));
            case "/status" ->
                exchange.answerWhole(new ResponseHead().begin(Integer.parseInt(query(request))), new byte[0]);
            case "/interim" -> {
                exchange.interim(
                        new ResponseHead().begin(103).add("link", "</a>").add("content-length", "0"));
                text(exchange, "after");
            }
            case "/abort" -> abort(exchange);
            default -> text(exchange, describe(request));
        }
    }

    private static String query(Request request) {
        return String.valueOf(request.query());
    }

    private static String describe(Request request) {
        return request.method() + " " + request.path() + "\n" + String.join("\n", request.lines()) + "\n";
    }

    private void hold(Exchange exchange) {
        exchange.consumer(new Hold());
        held.add(exchange);
    }

    private static void send(Exchange exchange, ByteBuf data) {
        exchange.answerBody(data, data.readableBytes());
        data.release();
    }

    private static void abort(Exchange exchange) {
        exchange.answer(new ResponseHead().begin(200), true);
        send(exchange, Unpooled.copiedBuffer("half", StandardCharsets.US_ASCII));
        exchange.flush();
        exchange.abort("upstream-reset", ResponseFlag.INTERNAL);
    }

    /// Answers 200 with a text; on the loop.
    static void text(Exchange exchange, String text) {
        byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
        exchange.answerLines().appendLine("x-own", "yes");
        exchange.answerWhole(
                new ResponseHead().begin(200).add("content-type", "text/plain").contentLength(body.length), body);
    }

    static List<String> lines(FieldLines fields) {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < fields.count(); line++) {
            lines.add(fields.nameText(line) + ": " + fields.valueText(line));
        }
        return lines;
    }

    @Override
    public void onMalformed(Exchange exchange, Malformed reason) {
        ProblemWriter.answer(exchange, ProblemCatalog.of(reason));
    }

    @Override
    public void onHeadTimeout(Exchange exchange) {
        ProblemWriter.answer(exchange, Problem.of(ProblemType.HEAD_TIMEOUT, "head-timeout"));
    }

    @Override
    public void onEnd(Exchange exchange) {
        ended.add(new Ended(exchange.status(), exchange.reason(), exchange.isClientGone(), exchange.requestBytes()));
    }

    /// Takes the body and does nothing.
    private class Hold implements RequestConsumer {
        @Override
        public void onBody(ByteBuf in, int bytes) {
            consumed.addAndGet(bytes);
            in.skipBytes(bytes);
        }

        @Override
        public void onBodyEnd(@Nullable FieldLines section) {
            trailers.add(section == null ? List.of() : lines(section));
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onClientWritable() {}

        @Override
        public void onClientGone() {}

        @Override
        public void onSweep(long nowNs) {}
    }

    /// Answers with the whole body once it is there, and with the request's trailers.
    private final class Echo extends Hold {
        private final Exchange exchange;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Echo(Exchange exchange) {
            this.exchange = exchange;
            if (exchange.isRequestComplete()) {
                answer(null);
            }
        }

        @Override
        public void onBody(ByteBuf in, int bytes) {
            body.writeBytes(ByteBufUtil.getBytes(in, in.readerIndex(), bytes));
            super.onBody(in, bytes);
        }

        @Override
        public void onBodyEnd(@Nullable FieldLines section) {
            super.onBodyEnd(section);
            answer(section);
        }

        private void answer(@Nullable FieldLines section) {
            ResponseHead head = new ResponseHead().begin(200);
            if (section == null) {
                exchange.answerWhole(head.contentLength(body.size()), body.toByteArray());
            } else {
                exchange.answer(head, true);
                if (body.size() > 0) {
                    send(exchange, Unpooled.wrappedBuffer(body.toByteArray()));
                }
                exchange.answerEnd(section);
                exchange.flush();
            }
        }
    }

    /// Sends each piece of the body back as it comes, and reads no faster than the client does.
    private final class Relay extends Hold {
        private final Exchange exchange;

        Relay(Exchange exchange) {
            this.exchange = exchange;
            exchange.answer(new ResponseHead().begin(200), true);
        }

        @Override
        public void onBody(ByteBuf in, int bytes) {
            consumed.addAndGet(bytes);
            exchange.answerBody(in, bytes);
            if (!exchange.isWritable()) {
                exchange.readBody(false);
            }
        }

        @Override
        public void onReadComplete() {
            exchange.flush();
        }

        @Override
        public void onBodyEnd(@Nullable FieldLines section) {
            exchange.answerEnd(section);
            exchange.flush();
        }

        @Override
        public void onClientWritable() {
            exchange.readBody(true);
        }
    }

    /// Sends a body of a given size as long as the client takes it.
    private final class Producer extends Hold {
        private static final int PIECE_BYTES = 8 * 1024;
        private final Exchange exchange;
        private long left;
        private int next;

        Producer(Exchange exchange, long bytes) {
            this.exchange = exchange;
            this.left = bytes;
        }

        void begin() {
            held.add(exchange);
            exchange.consumer(this);
            exchange.answer(new ResponseHead().begin(200), true);
            onClientWritable();
        }

        @Override
        public void onClientWritable() {
            while (left > 0 && exchange.isWritable()) {
                int size = (int) Math.min(left, PIECE_BYTES);
                ByteBuf piece = Unpooled.buffer(size);
                for (int i = 0; i < size; i++) {
                    piece.writeByte(next++);
                }
                left -= size;
                produced.addAndGet(size);
                send(exchange, piece);
            }
            if (left == 0) {
                left = -1;
                exchange.answerEnd(null);
            }
            exchange.flush();
        }
    }
}
