package io.forebay.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request head made from text; its lookups, like those of the edge, create nothing.
public final class TestRequest implements RequestFacts {

    private byte[] bytes = new byte[0];
    private long method;
    private long host;
    private long path;
    private long query = ByteSpan.ABSENT;
    private long contentLength;
    private final List<HeaderName> names = new ArrayList<>();
    private final List<Long> spans = new ArrayList<>();
    private long[] values = {};

    public TestRequest(String method, String host, String target) {
        int mark = target.indexOf('?');
        this.method = append(method);
        this.host = append(host);
        this.path = append(mark < 0 ? target : target.substring(0, mark));
        if (mark >= 0) {
            this.query = append(target.substring(mark + 1));
        }
    }

    public static TestRequest get(String host, String target) {
        return new TestRequest("GET", host, target);
    }

    public TestRequest with(String name, String value) {
        names.add(HeaderName.of(name));
        spans.add(append(value));
        values = spans.stream().mapToLong(Long::longValue).toArray();
        return this;
    }

    public TestRequest withContentLength(long contentLength) {
        this.contentLength = contentLength;
        return this;
    }

    private long append(String text) {
        byte[] added = text.getBytes(StandardCharsets.ISO_8859_1);
        int offset = bytes.length + 1;
        byte[] grown = new byte[offset + added.length];
        System.arraycopy(bytes, 0, grown, 0, bytes.length);
        grown[bytes.length] = '|';
        System.arraycopy(added, 0, grown, offset, added.length);
        bytes = grown;
        return ByteSpan.of(offset, added.length);
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public long method() {
        return method;
    }

    @Override
    public long host() {
        return host;
    }

    @Override
    public long path() {
        return path;
    }

    @Override
    public long query() {
        return query;
    }

    @Override
    public long header(HeaderName name) {
        for (int i = 0; i < values.length; i++) {
            if (names.get(i).equals(name)) {
                return values[i];
            }
        }
        return ByteSpan.ABSENT;
    }

    @Override
    public @Nullable String headerText(HeaderName name) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (names.get(i).equals(name)) {
                lines.add(text(values[i]));
            }
        }
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    @Override
    public long contentLength() {
        return contentLength;
    }
}
