package io.forebay.perf.load;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The server's end of HTTP/2 as unary calls of gRPC need it: each request's body comes back as the answer's, then
/// `grpc-status: 0`. Which method was called is not looked at, so field blocks are not decoded. Bodies are at most what
/// a stream's first window takes (64 KiB); the peer's window of the connection is obeyed.
final class GrpcEcho implements EchoOrigin.Echo {
    private static final int PREFACE_BYTES = 24;
    private static final int OWED_MAX_BYTES = 32 * 1024;
    private static final byte[] NOTHING = {};
    private static final byte[] SETTINGS = Http2Frame.settings();
    private static final byte[] ACK = Http2Frame.of(Http2Frame.SETTINGS, Http2Frame.ACK, 0, NOTHING);
    private static final byte[] HEAD = Http2Frame.of(
            Http2Frame.HEADERS,
            Http2Frame.END_HEADERS,
            0,
            encoded(new DefaultHttp2Headers().status("200").add("content-type", "application/grpc")));
    private static final byte[] TRAILERS = Http2Frame.of(
            Http2Frame.HEADERS,
            Http2Frame.END_HEADERS | Http2Frame.END_STREAM,
            0,
            encoded(new DefaultHttp2Headers(false).add("grpc-status", "0")));

    private final Http2FrameReader reader = new Http2FrameReader();
    /// Bodies that came in more than one frame, by stream.
    private final Map<Integer, byte[]> begun = new HashMap<>();

    private final Deque<Answer> blocked = new ArrayDeque<>();
    private int prefaceLeft = PREFACE_BYTES;
    private int owedBytes;
    private long window = Http2Frame.WINDOW_DEFAULT_BYTES;

    private static final class Answer {
        final int stream;
        final byte[] body;

        Answer(int stream, byte[] body) {
            this.stream = stream;
            this.body = body;
        }
    }

    private static byte[] encoded(Http2Headers headers) {
        try {
            return Http2Request.encoded(headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void receive(byte[] bytes, int count, Outgoing out) throws MalformedAnswer {
        int at = Math.min(prefaceLeft, count);
        if (prefaceLeft > 0) {
            prefaceLeft -= at;
            if (prefaceLeft == 0) {
                out.add(SETTINGS);
            }
        }
        reader.feed(bytes, at, count, (type, flags, stream, payload, from, to) -> {
            switch (type) {
                case Http2Frame.DATA -> data(flags, stream, payload, from, to, out);
                case Http2Frame.HEADERS -> headers(flags, stream, out);
                case Http2Frame.SETTINGS -> {
                    if ((flags & Http2Frame.ACK) == 0) {
                        out.add(ACK);
                    }
                }
                case Http2Frame.PING -> {
                    if ((flags & Http2Frame.ACK) == 0) {
                        byte[] same = Arrays.copyOfRange(payload, from, to);
                        out.add(Http2Frame.of(Http2Frame.PING, Http2Frame.ACK, 0, same));
                    }
                }
                case Http2Frame.WINDOW_UPDATE -> {
                    if (stream == 0) {
                        window += Http2Frame.intAt(payload, from);
                        answerBlocked(out);
                    }
                }
                case Http2Frame.RST_STREAM -> begun.remove(stream);
                default -> {} // what else a client sends asks for nothing
            }
        });
    }

    private void headers(int flags, int stream, Outgoing out) {
        if ((flags & Http2Frame.END_STREAM) != 0) {
            answer(stream, NOTHING, out);
        }
    }

    private void data(int flags, int stream, byte[] bytes, int from, int to, Outgoing out) throws MalformedAnswer {
        if ((flags & Http2Frame.PADDED) != 0) {
            throw new MalformedAnswer("padding");
        }
        owedBytes += to - from;
        if (owedBytes >= OWED_MAX_BYTES) {
            out.add(Http2Frame.windowUpdate(0, owedBytes));
            owedBytes = 0;
        }
        byte[] earlier = begun.isEmpty() ? NOTHING : begun.getOrDefault(stream, NOTHING);
        byte[] body = Arrays.copyOf(earlier, earlier.length + to - from);
        System.arraycopy(bytes, from, body, earlier.length, to - from);
        if ((flags & Http2Frame.END_STREAM) == 0) {
            begun.put(stream, body);
            return;
        }
        if (earlier.length > 0) {
            begun.remove(stream);
        }
        answer(stream, body, out);
    }

    private void answer(int stream, byte[] body, Outgoing out) {
        blocked.addLast(new Answer(stream, body));
        answerBlocked(out);
    }

    private void answerBlocked(Outgoing out) {
        while (!blocked.isEmpty() && blocked.getFirst().body.length <= window) {
            Answer answer = blocked.removeFirst();
            window -= answer.body.length;
            add(HEAD, answer.stream, out);
            for (int at = 0; at < answer.body.length; at += Http2Frame.PAYLOAD_MAX_BYTES) {
                int end = Math.min(answer.body.length, at + Http2Frame.PAYLOAD_MAX_BYTES);
                out.add(Http2Frame.of(Http2Frame.DATA, 0, answer.stream, Arrays.copyOfRange(answer.body, at, end)));
            }
            add(TRAILERS, answer.stream, out);
        }
    }

    private static void add(byte[] frame, int stream, Outgoing out) {
        int at = out.end();
        out.add(frame);
        Http2Frame.setStream(out.array(), at, stream);
    }
}
