package io.forebay.gateway.http;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a decoded HTTP/2 field section of an upstream into the same answer head or trailer lines that HTTP/1.1 bytes
/// give, under the same grammar (RFC 9113 section 8.3.2).
public final class Http2AnswerReader {
    private Http2AnswerReader() {}

    /// Fills `head`.
    ///
    /// @return what is wrong with it, or null
    public static @Nullable Malformed read(Http2Headers headers, ResponseHead head) {
        int status = status(headers.status());
        if (status < 0) {
            return Malformed.STATUS_LINE;
        }
        head.begin(status);
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (Http2FieldRules.isPseudoField(name)) {
                if (!Http2Headers.PseudoHeaderName.STATUS.value().contentEquals(name)) {
                    return Malformed.PSEUDO_FIELD;
                }
            } else if (!head.fields().appendLine(name, field.getValue())) {
                return Malformed.HEADERS_TOO_MANY;
            }
        }
        Malformed problem = Http2FieldRules.check(head.fields(), true);
        return problem == null ? head.readLength() : problem;
    }

    /// Three digits, the first 1 to 5.
    private static int status(@Nullable CharSequence text) {
        if (text == null || text.length() != 3 || text.charAt(0) < '1' || text.charAt(0) > '5') {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status;
    }

    /// The lines of a trailer section, or null when it is not to be trusted.
    public static @Nullable FieldLines trailers(Http2Headers headers) {
        return Http2FieldRules.trailers(headers, true);
    }
}
