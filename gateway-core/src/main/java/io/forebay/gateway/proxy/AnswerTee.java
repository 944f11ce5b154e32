package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/// Gets a copy of an answer on its way to the client. A call that fails after [#onHead] never comes to [#onEnd]. Called
/// on the call's loop.
public interface AnswerTee {
    /// The final head, which is the caller's.
    void onHead(ResponseHead head);

    /// The next `bytes` bytes of `in`, which are left there.
    void onBody(ByteBuf in, int bytes);

    /// The answer is complete.
    void onEnd();
}
