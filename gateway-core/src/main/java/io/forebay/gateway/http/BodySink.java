package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a body go once their framing is taken off.
public interface BodySink {
    /// Takes some bytes of the body, never none. The receiver owns `data` and releases it.
    void onBody(ByteBuf data);

    /// The body is complete.
    ///
    /// @param trailers the trailer section, valid during the call only; null when there is none
    void onBodyEnd(@Nullable FieldLines trailers);
}
