package io.forebay.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class Http2RequestTest {
    @Test
    void theSameBytesMeanTheSameOnEveryStream() throws Exception {
        Http2Request request = request(Protocol.HTTP2, new byte[0], "X-Tenant: gold", "Host: shop.example");
        assertThat(request.data()).isNull();
        assertThat(request.headers()[4]).isEqualTo((byte) (Http2Frame.END_HEADERS | Http2Frame.END_STREAM));
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
        for (int stream = 1; stream < 7; stream += 2) {
            Http2Headers headers = decoded(decoder, stream, request);
            assertThat(headers.method()).hasToString("GET");
            assertThat(headers.path()).hasToString("/orders?id=7");
            assertThat(headers.scheme()).hasToString("http");
            assertThat(headers.authority()).hasToString("shop.example");
            assertThat(headers.get("x-tenant")).hasToString("gold");
            assertThat(headers.size()).isEqualTo(5);
        }
    }

    @Test
    void aCallOfGrpcIsAPostWithItsMessageInAPrefix() throws Exception {
        Http2Request request = request(Protocol.GRPC, new byte[300]);
        Http2Headers headers = decoded(new DefaultHttp2HeadersDecoder(true), 1, request);
        assertThat(headers.method()).hasToString("POST");
        assertThat(headers.get("content-type")).hasToString("application/grpc");
        assertThat(headers.get("te")).hasToString("trailers");
        byte[] data = Objects.requireNonNull(request.data());
        assertThat(data).hasSize(Http2Frame.HEAD_BYTES + 5 + 300);
        assertThat(Arrays.copyOfRange(data, 9, 14)).containsExactly(0, 0, 0, 1, 44);
        assertThat(data[4]).isEqualTo((byte) Http2Frame.END_STREAM);
    }

    @Test
    void whatCannotBeWrittenIsSaid() {
        assertThatThrownBy(() -> request(Protocol.HTTP2, new byte[20_000])).hasMessageContaining("at most one frame");
        assertThatThrownBy(() -> request(Protocol.HTTP2, new byte[0], "no colon"))
                .hasMessageContaining("no field line");
    }

    private static Http2Headers decoded(DefaultHttp2HeadersDecoder decoder, int stream, Http2Request request)
            throws Exception {
        byte[] headers = request.headers();
        int length = headers.length - Http2Frame.HEAD_BYTES;
        return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(headers, Http2Frame.HEAD_BYTES, length));
    }

    private static Http2Request request(Protocol protocol, byte[] body, String... lines) throws IOException {
        LoadPlan plan = new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                false,
                null,
                null,
                "GET",
                "/orders?id={}",
                List.of(lines),
                null,
                false,
                body.length,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                0,
                Duration.ofSeconds(1),
                LoadShape.of(protocol, 1));
        return Http2Request.of(plan, RequestLine.of(plan, 7, null), body);
    }
}
