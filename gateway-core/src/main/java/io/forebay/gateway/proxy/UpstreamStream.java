package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The upstream's side of one call: a turn on an HTTP/1.1 connection, or an HTTP/2 stream. What comes of the answer is
/// told to the call that was attached. Used on the connection's loop only.
interface UpstreamStream {
    /// Begins to serve a call, which sends the head of its request next.
    void attach(UpstreamTry call);

    /// Sends the head of the request; that it has no body is said with it.
    ///
    /// @param edits the rule's modifiers joined with what identity adds
    void sendHead(Exchange exchange, HeaderEdits edits);

    /// Sends the next `bytes` bytes of `in` as some of the request's body, and leaves `in` standing behind them.
    void sendBody(ByteBuf in, int bytes);

    /// Completes a request that has a body.
    void sendEnd(@Nullable FieldLines trailers);

    /// Lets what was written go out.
    void flush();

    /// Whether the upstream takes more; when it does again, the call hears [UpstreamTry#onUpstreamWritable].
    boolean isWritable();

    /// What of the request was written and has not left, in bytes; over HTTP/1.1 all of its connection's is.
    long unsentBytes();

    /// Stops or resumes the reading of the answer. Of what comes meanwhile the call is told when it resumes.
    void readAnswer(boolean isOn);

    /// Whether any of a final answer has come.
    boolean isAnswerStarted();

    /// Whether the connection has served an earlier call, and may have been closed by the upstream since.
    boolean isReused();

    /// The call is over. Nothing is told to it any more.
    ///
    /// @param isWhole whether both the request and its answer are complete; otherwise the upstream is told to stop
    void detach(boolean isWhole);
}
