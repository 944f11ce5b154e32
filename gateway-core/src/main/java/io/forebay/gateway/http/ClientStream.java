package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The client's side of one exchange: a turn on an HTTP/1.1 connection, a stream of HTTP/2 or HTTP/3, or a job's
/// attempt.
///
/// All methods are called on the exchange's loop. What is written goes out at [#flush()] at the latest. After [#end]
/// or [#abort()] only [#flush()] and [#exchangeEnded()] follow.
public interface ClientStream {
    /// The version of HTTP it speaks, as `2`; where a minor version tells, the request's head has it.
    default int majorVersion() {
        return 1;
    }

    /// Whether there is no client, but a job whose attempt this is.
    default boolean isJob() {
        return false;
    }

    /// Sends a 1xx answer; clients that cannot take one ignore it.
    void interim(ResponseHead head);

    /// Sends the head of the final answer.
    ///
    /// @param head valid during the call only
    /// @param hasBody false when [#end] follows without any [#body]
    void head(ResponseHead head, boolean hasBody);

    /// Says that both ways are another protocol's from now on, and gives what comes to the exchange as its body.
    ///
    /// @param head 101; valid during the call only
    void switchProtocols(ResponseHead head);

    /// Sends the next `bytes` bytes of `in` as some of the answer's body, and leaves `in` standing behind them. `in`
    /// stays the caller's.
    void body(ByteBuf in, int bytes);

    /// Completes the answer.
    void end(@Nullable FieldLines trailers);

    /// Ends an answer that cannot be completed, so that the client sees it is incomplete.
    void abort();

    /// Request and answer are both over; the stream may turn to the next exchange.
    void exchangeEnded();

    /// Sends out what was written.
    void flush();

    /// Whether the client takes more; when it does again, the exchange's consumer hears
    /// [RequestConsumer#onClientWritable()].
    boolean isWritable();

    /// Stops or resumes the reading of the request's body.
    void readBody(boolean isOn);

    /// Tells a client that waits for it to send the body (RFC 9110 section 10.1.1).
    void sendContinue();
}
