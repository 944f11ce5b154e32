package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.Http2AnswerReader;
import io.forebay.gateway.http.Http2LoopConnection;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One call on an HTTP/2 connection to an upstream. Kept by its connection for calls to come. Owned by one loop.
final class Http2UpstreamStream implements UpstreamStream, Http2LoopConnection.Stream {
    private final Http2UpstreamConnection connection;
    private final ResponseHead head = new ResponseHead();
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable Http2Stream stream;
    private @Nullable UpstreamTry call;
    private @Nullable ByteBuf last;
    private HeaderEdits edits = HeaderEdits.NONE;
    private @Nullable FieldLines heldTrailers;
    private boolean isToHead;
    private boolean isHeadRead;
    private boolean isHeadHeld;
    private boolean isEndHeld;
    private boolean isPaused;
    private boolean isTouched;
    private boolean isUnprocessed;
    private boolean isBodySeen;
    private long beganNs;
    /// Whether the connection has not begun the stream, and is going to say so: this object serves no other call.
    private boolean isRefused;

    Http2UpstreamStream(Http2UpstreamConnection connection) {
        this.connection = connection;
    }

    void begin() {
        head.clear();
        heldTrailers = null;
        isHeadRead = false;
        isHeadHeld = false;
        isEndHeld = false;
        isPaused = false;
        isUnprocessed = false;
        isBodySeen = false;
        beganNs = System.nanoTime();
    }

    // ---- the request

    @Override
    public void attach(UpstreamTry next) {
        call = next;
    }

    @Override
    public void sendHead(Exchange exchange, HeaderEdits headerEdits) {
        edits = headerEdits;
        isToHead = exchange.head().isHead();
        Http2Headers fields = connection
                .fields()
                .head(exchange, headerEdits, ForwardedTarget.target(exchange), ForwardedTarget.authority(exchange));
        stream = connection.writeHead(this, fields, !exchange.head().hasBody());
        if (stream == null) {
            // A task of its own: the call is in the middle of sending.
            isUnprocessed = true;
            isRefused = true;
            connection.run(this::onClosed);
        }
    }

    /// Kept until it is known whether it is the last, so that a short body needs no frame for its end alone.
    @Override
    public void sendBody(ByteBuf in, int bytes) {
        if (stream == null) {
            in.skipBytes(bytes);
        } else if (bytes > 0) {
            writeLast(false);
            last = in.readRetainedSlice(bytes);
        }
    }

    private void writeLast(boolean isEnd) {
        ByteBuf data = last;
        Http2Stream open = stream;
        last = null;
        if (open != null && (data != null || isEnd)) {
            connection.writeData(open, data == null ? Unpooled.EMPTY_BUFFER : data, isEnd);
        } else if (data != null) {
            data.release();
        }
    }

    @Override
    public void sendEnd(@Nullable FieldLines trailers) {
        Http2Headers section = trailers == null ? null : connection.fields().trailers(trailers, edits);
        Http2Stream open = stream;
        if (section == null || open == null) {
            writeLast(true);
        } else {
            writeLast(false);
            connection.writeTrailers(open, section);
        }
    }

    @Override
    public void flush() {
        if (last != null) {
            writeLast(false);
        }
        connection.flushSoon();
    }

    @Override
    public boolean isWritable() {
        Http2Stream open = stream;
        return open == null || connection.isWritable(open);
    }

    @Override
    public long unsentBytes() {
        Http2Stream open = stream;
        return open == null ? 0 : connection.unsentBytes(open);
    }

    @Override
    public void onWritable() {
        UpstreamTry current = call;
        if (current != null) {
            current.onUpstreamWritable();
        }
    }

    // ---- the answer

    void onHeaders(Http2Headers headers, boolean isEnd) {
        if (isHeadRead) {
            onTrailers(headers);
            return;
        }
        UpstreamTry current = requireNonNull(call);
        current.onBytes();
        Malformed problem = Http2AnswerReader.read(headers, head);
        if (problem == null && head.isInterim() && (isEnd || head.status() == 101)) {
            problem = Malformed.STATUS_LINE;
        }
        if (problem != null) {
            current.onMalformed(problem.reason());
        } else if (head.isInterim()) {
            current.onInterim(head);
            head.clear();
        } else {
            isHeadRead = true;
            onHead(isEnd);
        }
    }

    private void onHead(boolean isEnd) {
        if (isEnd && isShort()) {
            requireNonNull(call).onMalformed(Malformed.CONTENT_LENGTH.reason());
        } else if (isPaused) {
            isHeadHeld = true;
            isEndHeld = isEnd;
        } else {
            touch();
            deliverHead(isEnd);
            deliverEnd(isEnd, null);
        }
    }

    private void deliverHead(boolean isEnd) {
        UpstreamTry current = call;
        if (current != null) {
            current.onAnswerHead(head, !isEnd && !isBodyForbidden());
        }
    }

    /// An answer that must not have a body is framed without one for an HTTP/1.1 client: bytes of one would be taken
    /// for the next answer.
    private boolean isBodyForbidden() {
        return isToHead || head.isBodyless();
    }

    /// Whether the answer has ended without the body that its head has announced (RFC 9113 section 8.1.1): to an
    /// HTTP/1.1 client the next answer would be that body.
    private boolean isShort() {
        return head.contentLength() > 0 && !isBodySeen && !isBodyForbidden();
    }

    private void deliverEnd(boolean isEnd, @Nullable FieldLines trailers) {
        UpstreamTry current = call;
        if (isEnd && current != null) {
            current.onAnswerEnd(trailers);
        }
    }

    /// Some of the body.
    ///
    /// @return how many bytes the stream's window opens again for at once
    int onData(ByteBuf data, boolean isEnd) {
        int bytes = data.readableBytes();
        UpstreamTry current = call;
        if (current == null) {
            return bytes;
        }
        current.onBytes();
        isBodySeen |= bytes > 0;
        Malformed problem = problemOf(bytes, isEnd);
        if (problem != null) {
            current.onMalformed(problem.reason());
            return bytes;
        }
        if (isHolding()) {
            isEndHeld = isEnd;
            if (bytes > 0) {
                held.addLast(data.readRetainedSlice(bytes));
            }
            return 0;
        }
        touch();
        if (bytes > 0) {
            current.onAnswerBody(data, bytes);
        }
        deliverEnd(isEnd, null);
        return bytes;
    }

    private @Nullable Malformed problemOf(int bytes, boolean isEnd) {
        if (!isHeadRead) {
            return Malformed.STATUS_LINE;
        }
        if (bytes > 0 && isBodyForbidden()) {
            return Malformed.BODY_NOT_ALLOWED;
        }
        return isEnd && isShort() ? Malformed.CONTENT_LENGTH : null;
    }

    private void onTrailers(Http2Headers headers) {
        UpstreamTry current = requireNonNull(call);
        current.onBytes();
        FieldLines trailers = Http2AnswerReader.trailers(headers);
        if (trailers == null || isShort()) {
            current.onMalformed(Malformed.TRAILER.reason());
        } else if (isHolding()) {
            heldTrailers = trailers;
            isEndHeld = true;
        } else {
            touch();
            deliverEnd(true, trailers);
        }
    }

    private boolean isHolding() {
        return isPaused || isHeadHeld || !held.isEmpty();
    }

    @Override
    public void readAnswer(boolean isOn) {
        if (isPaused == isOn) {
            isPaused = !isOn;
            if (isOn && (isHeadHeld || isEndHeld || !held.isEmpty())) {
                // A task of its own: who resumes is in the middle of something.
                connection.run(this::deliverHeld);
            }
        }
    }

    private void deliverHeld() {
        UpstreamTry current = call;
        if (current == null || isPaused) {
            return;
        }
        if (isHeadHeld) {
            isHeadHeld = false;
            deliverHead(isEndHeld && held.isEmpty() && heldTrailers == null);
        }
        while (call != null && !isPaused && !held.isEmpty()) {
            ByteBuf data = held.removeFirst();
            int bytes = data.readableBytes();
            current.onAnswerBody(data, bytes);
            data.release();
            Http2Stream open = stream;
            if (open != null) {
                connection.consumed(open, bytes);
            }
        }
        if (isEndHeld && held.isEmpty() && !isPaused) {
            isEndHeld = false;
            deliverEnd(true, heldTrailers);
        }
        onReadComplete();
    }

    private void touch() {
        if (!isTouched) {
            isTouched = true;
            connection.touched(this);
        }
    }

    @Override
    public void onReadComplete() {
        isTouched = false;
        UpstreamTry current = call;
        if (current != null) {
            current.onReadTurn();
        }
    }

    @Override
    public boolean isAnswerStarted() {
        return isHeadRead;
    }

    /// HTTP/2 says itself which requests were not processed.
    @Override
    public boolean isReused() {
        return false;
    }

    // ---- ends

    /// The upstream has said that it did nothing for the request.
    void wasNotProcessed() {
        isUnprocessed = true;
    }

    /// The stream is closed before its call was over.
    void onClosed() {
        UpstreamTry current = call;
        stream = null;
        // With the end held back the whole answer is here; only the call does not take it yet.
        if (current != null && !isEndHeld) {
            current.onUpstreamClosed(isUnprocessed);
        }
    }

    @Override
    public void detach(boolean isWhole) {
        call = null;
        dropHeld();
        Http2Stream open = stream;
        stream = null;
        if (open != null) {
            connection.forget(open);
            if (!isWhole) {
                connection.doubt(beganNs);
            }
            if (!isWhole || open.state().localSideOpen()) {
                connection.cancel(open);
            }
        }
        if (!isRefused) {
            connection.keep(this);
        }
    }

    private void dropHeld() {
        ByteBuf data = last;
        last = null;
        if (data != null) {
            data.release();
        }
        data = held.pollFirst();
        while (data != null) {
            data.release();
            data = held.pollFirst();
        }
    }
}
