package io.forebay.perf.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request as frames of HTTP/2 whose stream is filled in when it is sent: HEADERS, and DATA where it has a
/// body. Field lines are literals or in the static table, so that the bytes are the same for every stream. Body
/// bytes are whatever the caller puts there.
final class Http2Request {
    /// In a gRPC message, before it: not compressed, and its length (five bytes).
    private static final int GRPC_PREFIX_BYTES = 5;

    private final byte[] headers;
    private final byte @Nullable [] data;

    private Http2Request(byte[] headers, byte @Nullable [] data) {
        this.headers = headers;
        this.data = data;
    }

    /// The HEADERS frame.
    byte[] headers() {
        return headers;
    }

    /// The DATA frame, or null.
    byte @Nullable [] data() {
        return data;
    }

    /// @param head the request line's method and path, and further field lines `Name: value`
    /// @throws IOException when a field line is none
    static Http2Request of(LoadPlan plan, RequestLine head, byte[] body) throws IOException {
        boolean isGrpc = plan.shape().protocol() == Protocol.GRPC;
        Http2Headers headers = new DefaultHttp2Headers()
                .method(isGrpc ? "POST" : plan.method())
                .scheme(plan.isTls() ? "https" : "http")
                .path(head.path());
        headers.authority(head.authority());
        if (isGrpc) {
            headers.add("content-type", "application/grpc").add("te", "trailers");
        }
        for (String line : head.lines()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("'" + line + "' is no field line");
            }
            headers.add(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] message = isGrpc ? grpc(body) : body;
        if (message.length > Http2Frame.PAYLOAD_MAX_BYTES) {
            throw new IOException("a body of " + message.length + " bytes over HTTP/2: at most one frame of 16 KiB");
        }
        boolean hasBody = message.length > 0;
        int flags = Http2Frame.END_HEADERS | (hasBody ? 0 : Http2Frame.END_STREAM);
        return new Http2Request(
                Http2Frame.of(Http2Frame.HEADERS, flags, 0, encoded(headers)),
                hasBody ? Http2Frame.of(Http2Frame.DATA, Http2Frame.END_STREAM, 0, message) : null);
    }

    private static byte[] grpc(byte[] message) {
        byte[] prefixed = new byte[GRPC_PREFIX_BYTES + message.length];
        for (int i = 1; i < GRPC_PREFIX_BYTES; i++) {
            prefixed[i] = (byte) (message.length >> (8 * (4 - i)));
        }
        System.arraycopy(message, 0, prefixed, GRPC_PREFIX_BYTES, message.length);
        return prefixed;
    }

    /// A block that leaves the peer's dynamic table alone.
    static byte[] encoded(Http2Headers headers) throws IOException {
        DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(DefaultHttp2HeadersEncoder.NEVER_SENSITIVE);
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.configuration().maxHeaderTableSize(0);
            encoder.encodeHeaders(1, new DefaultHttp2Headers().method("GET"), block); // says that there is no table
            block.clear();
            encoder.encodeHeaders(1, headers, block);
            return ByteBufUtil.getBytes(block);
        } catch (Http2Exception e) {
            throw new IOException("cannot encode " + headers, e);
        } finally {
            block.release();
        }
    }
}
