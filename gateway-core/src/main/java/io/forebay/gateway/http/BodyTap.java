package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;

/// Sees a request's body on its way to whoever takes it, and holds nobody up. On the exchange's loop; told its end
/// once.
public interface BodyTap {
    /// The next `bytes` bytes of `in`, which must stay as it is.
    void onBody(ByteBuf in, int bytes);

    /// The body is whole; the exchange's head can still be read.
    void onBodyEnd();

    /// The rest of the body will not come, or to nobody.
    void onBodyLost();
}
