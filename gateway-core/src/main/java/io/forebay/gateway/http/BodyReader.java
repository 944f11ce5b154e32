package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Takes the framing off a message body as RFC 9112 section 6 defines it: a known length, chunks, or everything until
/// the connection closes. Strict: a chunk size that a lenient reader could read differently is an error.
///
/// Hands on the input itself without copying. One per connection and direction, reused.
public final class BodyReader {
    private static final int TRAILER_LINES_MAX = 32;
    private static final int TRAILER_BYTES_MAX = 8 * 1024;
    private static final int EXTENSION_BYTES_MAX = 256;
    private static final int SIZE_DIGITS_MAX = 15;

    private enum State {
        /// Nothing is expected.
        DONE,
        /// `remaining` bytes of the body follow.
        LENGTH,
        /// All bytes until the connection closes.
        UNTIL_CLOSE,
        /// The digits of a chunk's size.
        CHUNK_SIZE,
        /// What may follow the size up to CR; ignored.
        CHUNK_EXTENSION,
        /// The LF behind the size.
        CHUNK_SIZE_LF,
        /// `remaining` bytes of the chunk.
        CHUNK_DATA,
        /// The CR behind the data.
        CHUNK_CR,
        /// The LF behind the data.
        CHUNK_LF,
        /// The trailer section.
        TRAILERS,
    }

    private State state = State.DONE;
    private long remaining;
    private int digits;
    private int extensionBytes;
    private @Nullable FieldLines trailers;
    private @Nullable HeadReader trailerReader;
    private @Nullable Malformed malformed;

    /// Forgets the body before; nothing is expected.
    public void clear() {
        state = State.DONE;
    }

    /// A body of `bytes` bytes.
    void length(long bytes) {
        remaining = bytes;
        state = bytes == 0 ? State.DONE : State.LENGTH;
    }

    /// A chunked body.
    void chunked() {
        state = State.CHUNK_SIZE;
        remaining = 0;
        digits = 0;
    }

    /// A body that ends with the connection (answers only).
    void untilClose() {
        state = State.UNTIL_CLOSE;
    }

    /// Prepares for what another protocol sends until the connection closes, after 101 (Switching Protocols).
    public void ofSwitched() {
        untilClose();
    }

    /// Prepares for the body of a request.
    public void of(RequestHead head) {
        if (head.isChunked()) {
            chunked();
        } else {
            length(Math.max(0, head.contentLength()));
        }
    }

    /// Prepares for the body of an answer (RFC 9112 section 6.3).
    ///
    /// @param toHead whether the request was HEAD
    public void of(ResponseHead head, boolean toHead) {
        if (toHead || head.isBodyless()) {
            clear();
        } else if (head.isChunked()) {
            chunked();
        } else if (head.contentLength() >= 0) {
            length(head.contentLength());
        } else {
            untilClose();
        }
    }

    /// Whether the body is complete.
    public boolean isDone() {
        return state == State.DONE;
    }

    /// Whether the end of the connection is the end of the body.
    public boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /// What is wrong, after [#read] has returned false.
    public Malformed malformed() {
        if (malformed == null) {
            throw new IllegalStateException("nothing was malformed");
        }
        return malformed;
    }

    /// Reads from `in` until the body is complete or the bytes are used up; what follows the body stays in `in`.
    ///
    /// @return false when the framing is broken
    public boolean read(ByteBuf in, BodySink sink) {
        while (state != State.DONE && in.isReadable()) {
            switch (state) {
                case LENGTH -> data(in, sink, State.DONE);
                case UNTIL_CLOSE -> sink.onBody(in, in.readableBytes());
                case CHUNK_DATA -> data(in, sink, State.CHUNK_CR);
                case TRAILERS -> {
                    return trailers(in, sink);
                }
                default -> {
                    if (!framing(in.readByte())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private void data(ByteBuf in, BodySink sink, State next) {
        int size = (int) Math.min(remaining, in.readableBytes());
        remaining -= size;
        boolean isComplete = remaining == 0;
        if (isComplete) {
            state = next;
        }
        sink.onBody(in, size);
        if (isComplete && next == State.DONE) {
            sink.onBodyEnd(null);
        }
    }

    private boolean framing(byte b) {
        return switch (state) {
            case CHUNK_SIZE -> chunkSize(b);
            case CHUNK_EXTENSION -> chunkExtension(b);
            case CHUNK_SIZE_LF -> b == '\n' ? sizeComplete() : fail(Malformed.CHUNK_SIZE);
            case CHUNK_CR -> b == '\r' ? go(State.CHUNK_LF) : fail(Malformed.CHUNK_END);
            case CHUNK_LF -> b == '\n' ? nextChunk() : fail(Malformed.CHUNK_END);
            default -> throw new IllegalStateException(state.name());
        };
    }

    private boolean chunkSize(byte b) {
        int digit = Grammar.hex(b);
        if (digit >= 0) {
            remaining = remaining << 4 | digit;
            return ++digits <= SIZE_DIGITS_MAX || fail(Malformed.CHUNK_SIZE);
        }
        if (digits == 0) {
            return fail(Malformed.CHUNK_SIZE);
        }
        if (b == '\r') {
            return go(State.CHUNK_SIZE_LF);
        }
        extensionBytes = 0;
        return b == ';' ? go(State.CHUNK_EXTENSION) : fail(Malformed.CHUNK_SIZE);
    }

    private boolean chunkExtension(byte b) {
        if (b == '\r') {
            return go(State.CHUNK_SIZE_LF);
        }
        if (++extensionBytes > EXTENSION_BYTES_MAX) {
            return fail(Malformed.CHUNK_EXTENSION);
        }
        return (b >= 0x20 && b != 0x7f) || b == '\t' || fail(Malformed.CHUNK_SIZE);
    }

    private boolean sizeComplete() {
        if (remaining > 0) {
            return go(State.CHUNK_DATA);
        }
        if (trailers == null) {
            trailers = new FieldLines(TRAILER_LINES_MAX);
            trailerReader = new HeadReader(trailers, TRAILER_BYTES_MAX);
        }
        trailers.clear();
        requireNonNull(trailerReader).clear();
        return go(State.TRAILERS);
    }

    private boolean nextChunk() {
        digits = 0;
        remaining = 0;
        return go(State.CHUNK_SIZE);
    }

    private boolean trailers(ByteBuf in, BodySink sink) {
        FieldLines lines = requireNonNull(trailers);
        int end = requireNonNull(trailerReader).read(in, lines::parse);
        if (end == FieldLines.INCOMPLETE) {
            return true;
        }
        if (end < 0) {
            return fail(lines.malformed() == Malformed.HEAD_TOO_LARGE ? Malformed.HEAD_TOO_LARGE : Malformed.TRAILER);
        }
        state = State.DONE;
        sink.onBodyEnd(lines.count() == 0 ? null : lines);
        return true;
    }

    private boolean go(State next) {
        state = next;
        return true;
    }

    private boolean fail(Malformed reason) {
        malformed = reason;
        return false;
    }
}
