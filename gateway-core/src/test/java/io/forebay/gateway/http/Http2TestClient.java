package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client that writes single frames, also wrong ones, and reads what comes back frame by frame. It opens no
/// window unless told to.
public final class Http2TestClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int INITIAL_WINDOW = 4;
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder((name, value) -> true, true);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final ArrayDeque<Frame> unread = new ArrayDeque<>();

    /// What came; `fields` belongs to HEADERS only.
    @SuppressWarnings("ArrayRecordComponent") // read by tests, never compared
    record Frame(int type, int flags, int streamId, byte[] payload, List<String> fields) {
        boolean isEnd() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        int lastStreamId() {
            return ByteBuffer.wrap(payload).getInt();
        }
    }

    /// A whole answer.
    ///
    /// @param resetCode the code of an RST_STREAM instead of an end, or -1
    @SuppressWarnings("ArrayRecordComponent") // read by tests, never compared
    public record Answer(List<String> interim, List<String> head, byte[] body, List<String> trailers, int resetCode) {
        public int status() {
            return head.isEmpty() ? 0 : Integer.parseInt(head.getFirst().substring(":status: ".length()));
        }

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    private Http2TestClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /// Connects in cleartext without sending anything.
    static Http2TestClient silent(int port) throws IOException {
        return new Http2TestClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Speaks over a socket that is connected, and through its handshake.
    static Http2TestClient over(Socket socket) throws IOException {
        return new Http2TestClient(socket);
    }

    /// Connects in cleartext and exchanges settings.
    public static Http2TestClient connect(int port) throws IOException, Http2Exception {
        return connect(port, 1 << 20);
    }

    public static Http2TestClient connect(int port, int streamWindowBytes) throws IOException, Http2Exception {
        Http2TestClient client = silent(port);
        client.begin(streamWindowBytes);
        return client;
    }

    void begin(int streamWindowBytes) throws IOException, Http2Exception {
        raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        frame(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6)
                        .putShort((short) INITIAL_WINDOW)
                        .putInt(streamWindowBytes)
                        .array());
        await(SETTINGS, 0);
        frame(SETTINGS, ACK, 0);
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void frame(int type, int flags, int streamId, byte... payload) throws IOException {
        raw(bytes(type, flags, streamId, payload));
    }

    static byte[] bytes(int type, int flags, int streamId, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >>> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(streamId)
                .put(payload)
                .array();
    }

    static byte[] fourBytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /// Encodes fields given as name, value, name, value.
    byte[] block(int streamId, String... fields) throws Http2Exception {
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < fields.length; i += 2) {
            // One at a time: a set of headers would put pseudo-fields first.
            Http2Headers one = new DefaultHttp2Headers(false).add(latin(fields[i]), latin(fields[i + 1]));
            encoder.encodeHeaders(streamId, one, block);
        }
        return ByteBufUtil.getBytes(block);
    }

    private static AsciiString latin(String text) {
        return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1), false);
    }

    /// Sends a request head.
    void headers(int streamId, boolean isEnd, String... fields) throws IOException, Http2Exception {
        frame(HEADERS, END_HEADERS | (isEnd ? END_STREAM : 0), streamId, block(streamId, fields));
    }

    public void get(int streamId, String path) throws IOException, Http2Exception {
        headers(streamId, true, request("GET", path));
    }

    void post(int streamId, String path) throws IOException, Http2Exception {
        headers(streamId, false, request("POST", path));
    }

    /// Sends a request in one write, each piece of its body in a frame of its own.
    public void postAtOnce(int streamId, String path, String... pieces) throws IOException, Http2Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes(HEADERS, END_HEADERS, streamId, block(streamId, request("POST", path))));
        for (int i = 0; i < pieces.length; i++) {
            boolean isLast = i == pieces.length - 1;
            byte[] piece = pieces[i].getBytes(StandardCharsets.ISO_8859_1);
            all.writeBytes(bytes(DATA, isLast ? END_STREAM : 0, streamId, piece));
        }
        raw(all.toByteArray());
    }

    /// Asks for another protocol on a stream (RFC 8441).
    public void connectTo(int streamId, String protocol, String path) throws IOException, Http2Exception {
        headers(streamId, false, request("CONNECT", path, ":protocol", protocol, "sec-websocket-version", "13"));
    }

    /// A unary call of gRPC with an empty message.
    public void grpc(int streamId, String path, String... fields) throws IOException, Http2Exception {
        List<String> all = new ArrayList<>(List.of("content-type", "application/grpc", "te", "trailers"));
        all.addAll(List.of(fields));
        headers(streamId, false, request("POST", path, all.toArray(String[]::new)));
        data(streamId, true, new byte[5]);
    }

    /// Some of a body.
    public void text(int streamId, boolean isEnd, String text) throws IOException {
        data(streamId, isEnd, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The fields of the next head on the stream.
    public List<String> headOf(int streamId) throws IOException, Http2Exception {
        return await(HEADERS, streamId).fields();
    }

    /// So many characters of the stream's body.
    public String textOf(int streamId, int bytes) throws IOException, Http2Exception {
        StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append(new String(await(DATA, streamId).payload(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    static String[] request(String method, String path, String... fields) {
        List<String> all = new ArrayList<>(
                List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "shop.example"));
        all.addAll(List.of(fields));
        return all.toArray(String[]::new);
    }

    void data(int streamId, boolean isEnd, byte... bytes) throws IOException {
        frame(DATA, isEnd ? END_STREAM : 0, streamId, bytes);
    }

    public void windowUpdate(int streamId, int bytes) throws IOException {
        frame(WINDOW_UPDATE, 0, streamId, fourBytes(bytes));
    }

    /// The next frame, or null at the end of the connection.
    @Nullable
    Frame next() throws IOException, Http2Exception {
        Frame kept = unread.pollFirst();
        return kept == null ? read() : kept;
    }

    private @Nullable Frame read() throws IOException, Http2Exception {
        int length;
        try {
            length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        } catch (EOFException e) {
            return null;
        }
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        byte[] payload = in.readNBytes(length);
        List<String> fields = new ArrayList<>();
        if (type == HEADERS) {
            for (Map.Entry<CharSequence, CharSequence> field :
                    decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(payload))) {
                fields.add(field.getKey() + ": " + field.getValue());
            }
        }
        return new Frame(type, flags, streamId, payload, fields);
    }

    /// The next frame of this type on this stream; others that come before it stay for later.
    Frame await(int type, int streamId) throws IOException, Http2Exception {
        List<Frame> others = new ArrayList<>();
        try {
            while (true) {
                Frame frame = next();
                if (frame == null) {
                    throw new EOFException("closed before frame " + type + " on stream " + streamId);
                }
                if (frame.type() == type && frame.streamId() == streamId) {
                    return frame;
                }
                others.add(frame);
            }
        } finally {
            others.reversed().forEach(unread::addFirst);
        }
    }

    /// Collects an answer to its end. Windows are left alone.
    public Answer answer(int streamId) throws IOException, Http2Exception {
        List<String> interim = new ArrayList<>();
        List<String> head = List.of();
        List<String> trailers = List.of();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<Frame> others = new ArrayList<>();
        try {
            while (true) {
                Frame frame = next();
                if (frame == null) {
                    throw new EOFException("closed before the answer on stream " + streamId);
                }
                if (frame.streamId() != streamId) {
                    others.add(frame);
                    continue;
                }
                switch (frame.type()) {
                    case HEADERS -> {
                        if (frame.fields().getFirst().startsWith(":status: 1")) {
                            interim.addAll(frame.fields());
                        } else if (head.isEmpty()) {
                            head = frame.fields();
                        } else {
                            trailers = frame.fields();
                        }
                    }
                    case DATA -> body.writeBytes(frame.payload());
                    case RST_STREAM -> {
                        return new Answer(interim, head, body.toByteArray(), trailers, frame.code());
                    }
                    default -> {}
                }
                if (frame.isEnd()) {
                    return new Answer(interim, head, body.toByteArray(), trailers, -1);
                }
            }
        } finally {
            others.reversed().forEach(unread::addFirst);
        }
    }

    /// Reads until the connection ends and gives the code of the GOAWAY that came, or -1.
    int goAwayCodeAtEnd() throws Http2Exception {
        int code = -1;
        try {
            Frame frame = next();
            while (frame != null) {
                code = frame.type() == GOAWAY ? frame.code() : code;
                frame = next();
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection stays open", e);
        } catch (IOException e) {
            // A reset ends the connection as well.
        }
        return code;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
