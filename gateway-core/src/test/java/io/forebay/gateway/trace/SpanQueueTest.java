package io.forebay.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
    private static Span span(int number) {
        return new Span("t", Integer.toString(number), "", "n", Span.Kind.SERVER, 1, 2, List.of(), false);
    }

    @Test
    void fullQueueDropsAndCountsWhatComes() {
        SpanQueue queue = new SpanQueue(3);
        for (int i = 0; i < 5; i++) {
            queue.offer(span(i));
        }
        assertThat(queue.dropped()).isEqualTo(2);
        assertThat(queue.take(2)).extracting(Span::spanId).containsExactly("0", "1");
        assertThat(queue.offer(span(5))).isEqualTo(2);
        assertThat(queue.take(10)).extracting(Span::spanId).containsExactly("2", "5");
        assertThat(queue.size()).isZero();
    }

    @Test
    void spansAreWrittenAsTheProtocolHasThem() {
        Span span = new Span(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                "00f067aa0ba902b7",
                "GET \"a\"",
                Span.Kind.CLIENT,
                1_700_000_000_000_000_001L,
                1_700_000_000_000_000_002L,
                List.of(
                        new Span.Attribute.Text("url.full", "http://a/"),
                        new Span.Attribute.Whole("http.response.status_code", 503)),
                true);
        assertThat(new String(OtlpJson.write(List.of(span)), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"resourceSpans\":[{\"resource\":{\"attributes\":["
                        + "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"forebay\"}}]},"
                        + "\"scopeSpans\":[{\"scope\":{\"name\":\"io.forebay.gateway\"},\"spans\":[{"
                        + "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\","
                        + "\"parentSpanId\":\"00f067aa0ba902b7\",\"name\":\"GET \\\"a\\\"\",\"kind\":3,"
                        + "\"startTimeUnixNano\":\"1700000000000000001\",\"endTimeUnixNano\":\"1700000000000000002\","
                        + "\"attributes\":[{\"key\":\"url.full\",\"value\":{\"stringValue\":\"http://a/\"}},"
                        + "{\"key\":\"http.response.status_code\",\"value\":{\"intValue\":\"503\"}}],"
                        + "\"status\":{\"code\":2}}]}]}]}");
    }
}
