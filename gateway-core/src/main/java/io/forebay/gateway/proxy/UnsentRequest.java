package io.forebay.gateway.proxy;

import io.netty.buffer.ByteBuf;
import java.util.Queue;

/// What has come of the body of a request of which nothing was sent. The buffers belong to whoever takes the request
/// over.
///
/// @param isEnded whether `body` is all of it; otherwise the exchange gives the rest to its next consumer
public record UnsentRequest(Queue<ByteBuf> body, boolean isEnded) {}
