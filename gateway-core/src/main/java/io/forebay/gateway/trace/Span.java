package io.forebay.gateway.trace;

import java.util.List;

/// One span, ready to be exported. Ids are hexadecimal, times nanoseconds since 1970.
///
/// @param parentId empty for the root
record Span(
        String traceId,
        String spanId,
        String parentId,
        String name,
        Kind kind,
        long startNs,
        long endNs,
        List<Attribute> attributes,
        boolean isError) {
    Span {
        attributes = List.copyOf(attributes);
    }

    /// Whose side of what the span tells of.
    enum Kind {
        /// A request of a client.
        SERVER(2),
        /// A call of an endpoint.
        CLIENT(3),
        /// An attempt of a job.
        CONSUMER(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// The number in OTLP (opentelemetry/proto/trace/v1/trace.proto).
        int code() {
            return code;
        }
    }

    /// One attribute.
    sealed interface Attribute {
        String key();

        record Text(String key, String value) implements Attribute {}

        record Whole(String key, long value) implements Attribute {}
    }
}
