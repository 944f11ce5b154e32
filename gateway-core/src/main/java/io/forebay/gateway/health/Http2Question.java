package io.forebay.gateway.health;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// What one probe asks over HTTP/2, and how it judges the answer. Each method that hears of the answer returns the
/// outcome once it is known, and null before; nothing is told after that. Owned by the prober's loop.
interface Http2Question {
    /// The head of the request.
    ///
    /// @param isTls whether the connection is encrypted
    Http2Headers head(boolean isTls);

    /// The body of the request; null for none.
    byte @Nullable [] body();

    /// The head of the final answer has come.
    ///
    /// @param isEnd whether nothing follows
    @Nullable
    ProbeOutcome onHead(int status, Http2Headers fields, boolean isEnd);

    /// Some of the answer's body has come, which belongs to the caller.
    @Nullable
    ProbeOutcome onBody(ByteBuf data, boolean isEnd);

    /// The answer has ended with trailers.
    ProbeOutcome onTrailers(Http2Headers trailers);
}
