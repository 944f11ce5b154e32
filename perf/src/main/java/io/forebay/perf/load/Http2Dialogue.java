package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// HTTP/2 as a client speaks it (RFC 9113), with as many streams at a time as the run says. Requests come as
/// frames from the book; field blocks of answers are decoded by Netty's HPACK with the default dynamic table, as
/// those of real clients are. The peer's flow control is obeyed, its own windows are so large that only the
/// connection's is ever topped up. What a peer must not do, a reset stream and GOAWAY end the connection as
/// `MalformedAnswer`.
final class Http2Dialogue implements Dialogue {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int WINDOW_BYTES = 1 << 30;
    private static final int CONTROL_BYTES = 16 * 1024;
    private static final int GRPC_STATUS_BASE = 600;
    private static final int GRPC_STATUS_NONE = 99;
    private static final int IDLE = 0;

    private final RequestBook book;
    private final Received received;
    private final boolean isGrpc;
    private final Unsent unsent;
    private final Http2FrameReader reader = new Http2FrameReader();
    private final Http2FrameReader.Sink sink = this::frame;
    private final byte[] ping = Http2Frame.of(Http2Frame.PING, Http2Frame.ACK, 0, new byte[8]);

    // One place for each stream in flight: its id, or IDLE.
    private final int[] streams;
    private final long[] starts;
    private final long[] sents;
    private final int[] statuses;
    private final long[] announced;
    private final long[] arrived;

    // Answers that are complete and not yet taken, and requests that wait for the peer's window.
    private final int[] doneStatuses;
    private final long[] doneStarts;
    private final int[] waiting;
    private int done;
    private int waitingCount;

    private DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private byte[] block = new byte[1024];
    private int blockBytes;
    private int blockStream;
    private boolean isBlockLast;
    private int nextStream;
    private long window;
    private long streamWindow;
    private long owedBytes;
    private int inFlight;
    private int status;
    private long startNs;

    Http2Dialogue(RequestBook book, Received received, boolean isGrpc, int capacity, Arena arena) {
        this.book = book;
        this.received = received;
        this.isGrpc = isGrpc;
        unsent = new Unsent(arena, CONTROL_BYTES + capacity * book.longestBytes());
        streams = new int[capacity];
        starts = new long[capacity];
        sents = new long[capacity];
        statuses = new int[capacity];
        announced = new long[capacity];
        arrived = new long[capacity];
        doneStatuses = new int[capacity];
        doneStarts = new long[capacity];
        waiting = new int[capacity];
    }

    @Override
    public void open() {
        reader.clear();
        unsent.clear();
        decoder = new DefaultHttp2HeadersDecoder(false);
        Arrays.fill(streams, IDLE);
        done = 0;
        waitingCount = 0;
        inFlight = 0;
        blockStream = IDLE;
        nextStream = 1;
        window = Http2Frame.WINDOW_DEFAULT_BYTES;
        streamWindow = Http2Frame.WINDOW_DEFAULT_BYTES;
        owedBytes = 0;
        unsent.add(PREFACE);
        unsent.add(Http2Frame.settings(
                Http2Frame.SETTING_ENABLE_PUSH, 0, Http2Frame.SETTING_INITIAL_WINDOW_SIZE, WINDOW_BYTES));
        unsent.add(Http2Frame.windowUpdate(0, WINDOW_BYTES));
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public int capacity() {
        return streams.length;
    }

    @Override
    public void request(int request, long newStartNs, long nowNs) {
        int place = placeOf(IDLE);
        streams[place] = nextStream;
        nextStream += 2;
        starts[place] = newStartNs;
        sents[place] = nowNs;
        statuses[place] = 0;
        announced[place] = -1;
        arrived[place] = 0;
        inFlight++;
        int headers = unsent.add(book.memory(request).asSlice(0, book.headBytes(request)));
        unsent.setInt(headers + 5, streams[place]);
        if (book.lengthBytes(request) > book.headBytes(request)) {
            waiting[waitingCount++] = request << 8 | place;
            sendBodies();
        }
    }

    private int placeOf(int stream) {
        for (int place = 0; place < streams.length; place++) {
            if (streams[place] == stream) {
                return place;
            }
        }
        return -1;
    }

    /// As many as the peer's windows have room for, in the order of their requests.
    private void sendBodies() {
        int sent = 0;
        while (sent < waitingCount) {
            int request = waiting[sent] >>> 8;
            int head = book.headBytes(request);
            int frame = book.lengthBytes(request) - head;
            int payload = frame - Http2Frame.HEAD_BYTES;
            if (payload > window || payload > streamWindow) {
                break;
            }
            int at = unsent.add(book.memory(request).asSlice(head, frame));
            unsent.setInt(at + 5, streams[waiting[sent] & 0xff]);
            window -= payload;
            sent++;
        }
        waitingCount -= sent;
        System.arraycopy(waiting, sent, waiting, 0, waitingCount);
    }

    @Override
    public long unsentAddress() {
        return unsent.address();
    }

    @Override
    public int unsentBytes() {
        return unsent.bytes();
    }

    @Override
    public void sent(int bytes) {
        unsent.sent(bytes);
    }

    @Override
    public void receive(int count) throws MalformedAnswer {
        reader.feed(received.array(), 0, received.load(0, count), sink);
    }

    private void frame(int type, int flags, int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        if (blockStream != IDLE && type != Http2Frame.CONTINUATION) {
            throw new MalformedAnswer("a frame of type " + type + " within a field block");
        }
        switch (type) {
            case Http2Frame.DATA -> data(flags, stream, bytes, from, to);
            case Http2Frame.HEADERS -> headers(flags, stream, bytes, from, to);
            case Http2Frame.CONTINUATION -> continuation(flags, stream, bytes, from, to);
            case Http2Frame.SETTINGS -> settings(flags, bytes, from, to);
            case Http2Frame.PING -> ping(flags, bytes, from, to);
            case Http2Frame.WINDOW_UPDATE -> windowUpdate(stream, bytes, from, to);
            case Http2Frame.RST_STREAM -> reset(stream, bytes, from, to);
            case Http2Frame.GOAWAY -> throw new MalformedAnswer("GOAWAY, code " + code(bytes, from + 4, to));
            case Http2Frame.PUSH_PROMISE -> throw new MalformedAnswer("a push that was forbidden");
            default -> {} // PRIORITY, and what is to be ignored if it is unknown
        }
    }

    private static int code(byte[] bytes, int from, int to) throws MalformedAnswer {
        if (to - from < 4) {
            throw new MalformedAnswer("a frame that is too short");
        }
        return Http2Frame.intAt(bytes, from);
    }

    private void data(int flags, int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        owedBytes += to - from; // all of the payload counts, padding too
        if (owedBytes >= WINDOW_BYTES / 2) {
            unsent.add(Http2Frame.windowUpdate(0, (int) owedBytes));
            owedBytes = 0;
        }
        int place = known(stream);
        if (statuses[place] == 0) {
            throw new MalformedAnswer("a body without a head");
        }
        int end = end(flags, bytes, from, to);
        arrived[place] += end - begin(flags, from);
        if ((flags & Http2Frame.END_STREAM) != 0) {
            complete(place, isGrpc ? GRPC_STATUS_BASE + GRPC_STATUS_NONE : statuses[place]);
        }
    }

    private int known(int stream) throws MalformedAnswer {
        int place = stream == IDLE ? -1 : placeOf(stream);
        if (place < 0) {
            throw new MalformedAnswer("a frame of stream " + stream + ", which is not open");
        }
        return place;
    }

    // The bounds of what a frame carries, less its padding.

    private static int begin(int flags, int from) {
        return (flags & Http2Frame.PADDED) != 0 ? from + 1 : from;
    }

    private static int end(int flags, byte[] bytes, int from, int to) throws MalformedAnswer {
        if ((flags & Http2Frame.PADDED) == 0) {
            return to;
        }
        if (from == to || (bytes[from] & 0xff) >= to - from) {
            throw new MalformedAnswer("more padding than frame");
        }
        return to - (bytes[from] & 0xff);
    }

    private void headers(int flags, int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        int begin = begin(flags, from) + ((flags & Http2Frame.PRIORITY) != 0 ? 5 : 0);
        int end = end(flags, bytes, from, to);
        if (begin > end) {
            throw new MalformedAnswer("a HEADERS frame that is too short");
        }
        known(stream);
        isBlockLast = (flags & Http2Frame.END_STREAM) != 0;
        if ((flags & Http2Frame.END_HEADERS) != 0) {
            decoded(stream, Unpooled.wrappedBuffer(bytes, begin, end - begin));
            return;
        }
        blockStream = stream;
        blockBytes = 0;
        append(bytes, begin, end);
    }

    private void append(byte[] bytes, int from, int to) throws MalformedAnswer {
        int length = blockBytes + to - from;
        if (length > 4 * Http2Frame.PAYLOAD_MAX_BYTES) {
            throw new MalformedAnswer("a field block of " + length + " bytes");
        }
        if (length > block.length) {
            block = Arrays.copyOf(block, Math.max(length, 2 * block.length));
        }
        System.arraycopy(bytes, from, block, blockBytes, to - from);
        blockBytes = length;
    }

    private void continuation(int flags, int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        if (stream == IDLE || stream != blockStream) {
            throw new MalformedAnswer("a CONTINUATION of nothing");
        }
        append(bytes, from, to);
        if ((flags & Http2Frame.END_HEADERS) != 0) {
            blockStream = IDLE;
            decoded(stream, Unpooled.wrappedBuffer(block, 0, blockBytes));
        }
    }

    private void decoded(int stream, ByteBuf fields) throws MalformedAnswer {
        Http2Headers headers;
        try {
            headers = decoder.decodeHeaders(stream, fields);
        } catch (Http2Exception e) {
            throw new MalformedAnswer("a field block that cannot be decoded: " + e.getMessage());
        }
        int place = known(stream);
        CharSequence said = headers.status();
        if (statuses[place] == 0) {
            head(place, said, headers);
        } else if (said != null || !isBlockLast) {
            throw new MalformedAnswer("a second head");
        }
        if (isBlockLast) {
            complete(place, isGrpc ? grpcStatus(headers) : statuses[place]);
        }
    }

    private void head(int place, @Nullable CharSequence said, Http2Headers headers) throws MalformedAnswer {
        int value = said == null ? -1 : number(said);
        if (value < 100 || value > 599) {
            throw new MalformedAnswer("a head with the status " + said);
        }
        if (value < 200) {
            return; // interim: the head is yet to come
        }
        statuses[place] = value;
        CharSequence length = headers.get("content-length");
        announced[place] = length == null ? -1 : number(length);
    }

    private static int grpcStatus(Http2Headers trailers) {
        CharSequence status = trailers.get("grpc-status");
        int code = status == null ? GRPC_STATUS_NONE : number(status);
        return code == 0 ? 200 : GRPC_STATUS_BASE + Math.clamp(code, 1, GRPC_STATUS_NONE);
    }

    /// -1 when it is none, or a large one.
    private static int number(CharSequence digits) {
        int value = digits.isEmpty() || digits.length() > 9 ? -1 : 0;
        for (int i = 0; i < digits.length() && value >= 0; i++) {
            int digit = digits.charAt(i) - '0';
            value = digit < 0 || digit > 9 ? -1 : value * 10 + digit;
        }
        return value;
    }

    private void complete(int place, int withStatus) throws MalformedAnswer {
        if (announced[place] >= 0 && announced[place] != arrived[place]) {
            throw new MalformedAnswer("a body of " + arrived[place] + " bytes, announced " + announced[place]);
        }
        streams[place] = IDLE;
        doneStatuses[done] = withStatus;
        doneStarts[done++] = starts[place];
    }

    private void settings(int flags, byte[] bytes, int from, int to) throws MalformedAnswer {
        if ((flags & Http2Frame.ACK) != 0) {
            return;
        }
        if ((to - from) % 6 != 0) {
            throw new MalformedAnswer("SETTINGS of " + (to - from) + " bytes");
        }
        for (int at = from; at < to; at += 6) {
            int identifier = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
            if (identifier == Http2Frame.SETTING_INITIAL_WINDOW_SIZE) {
                streamWindow = Http2Frame.intAt(bytes, at + 2) & 0xffff_ffffL;
            }
        }
        unsent.add(Http2Frame.of(Http2Frame.SETTINGS, Http2Frame.ACK, 0, new byte[0]));
        sendBodies();
    }

    private void ping(int flags, byte[] bytes, int from, int to) throws MalformedAnswer {
        if (to - from != 8) {
            throw new MalformedAnswer("a PING of " + (to - from) + " bytes");
        }
        if ((flags & Http2Frame.ACK) == 0) {
            System.arraycopy(bytes, from, ping, Http2Frame.HEAD_BYTES, 8);
            unsent.add(ping);
        }
    }

    private void windowUpdate(int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        int increment = code(bytes, from, to) & 0x7fff_ffff;
        if (stream == 0) { // bodies are sent whole, so that a stream's own window never matters after its body
            window += increment;
            sendBodies();
        }
    }

    private void reset(int stream, byte[] bytes, int from, int to) throws MalformedAnswer {
        int code = code(bytes, from, to);
        if (placeOf(stream) >= 0) {
            throw new MalformedAnswer("stream " + stream + " was reset, code " + code);
        }
    }

    @Override
    public boolean end() {
        return false;
    }

    @Override
    public boolean takeAnswer() {
        if (done == 0) {
            return false;
        }
        status = doneStatuses[--done];
        startNs = doneStarts[done];
        inFlight--;
        return true;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long startNs() {
        return startNs;
    }

    @Override
    public boolean isLast() {
        return false;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public long oldestNs() {
        long oldest = Long.MAX_VALUE;
        for (int place = 0; place < streams.length; place++) {
            if (streams[place] != IDLE) {
                oldest = Math.min(oldest, sents[place]);
            }
        }
        return oldest;
    }

    @Override
    public void unanswered(LongConsumer sinkOfStarts) {
        for (int place = 0; place < streams.length; place++) {
            if (streams[place] != IDLE) {
                sinkOfStarts.accept(starts[place]);
            }
        }
    }
}
