package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a body go once their framing is taken off.
public interface BodySink {
    /// Takes the next `bytes` bytes of `in`, at least one, and leaves `in` standing behind them. The receiver does not
    /// own `in`: what it keeps it copies, or slices and retains.
    void onBody(ByteBuf in, int bytes);

    /// The body is complete.
    ///
    /// @param trailers the trailer section, valid during the call only; null when there is none
    void onBodyEnd(@Nullable FieldLines trailers);
}
