package io.forebay.gateway.http;

import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a request of HTTP/3 may begin before it is known if a body follows its head. HTTP/3 marks no head as the
/// last frame of its stream: the end comes behind it, most often in the same packet. Pure.
final class RequestEnd {
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

    /// Methods whose requests have no body unless they say how long it is.
    private static final Set<String> BODYLESS = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "DELETE");

    private RequestEnd() {}

    /// Whether the request can go on as one whose body, if there is one, is still to come.
    static boolean mayBeMissing(Http3Headers head) {
        @Nullable CharSequence method = head.method();
        return head.contains(CONTENT_LENGTH) || (method != null && !BODYLESS.contains(method.toString()));
    }
}
