package io.forebay.policy;

import org.jspecify.annotations.Nullable;

/// What rules may look at: one request head as bytes and [ByteSpan]s into them. The edge implements it over its
/// parse buffer; rules read it only during the call that passes it and keep nothing. All methods but the two that
/// return text create no object.
public interface RequestFacts {

    /// The array that all spans point into.
    byte[] bytes();

    /// The method as sent (methods are case-sensitive).
    long method();

    /// The host in lower case, without port; empty if the request names none.
    long host();

    /// The normalised path, starting with `/`, without the query.
    long path();

    /// The query without its `?`, or [ByteSpan#ABSENT].
    long query();

    /// The value of the first field line of that name, without surrounding blanks, or [ByteSpan#ABSENT].
    long header(HeaderName name);

    /// All field lines of that name joined with `, ` (RFC 9110 section 5.3), or null.
    @Nullable
    String headerText(HeaderName name);

    /// Decodes a span.
    default String text(long span) {
        return ByteSpan.text(bytes(), span);
    }

    /// Length of the body in bytes: 0 for no body, -1 when only its end will tell.
    long contentLength();
}
