package io.forebay.gateway.http;

/// Who takes a request once the stages have let it through: an upstream call, a job submission, a handler of the
/// gateway's own. Called on the exchange's loop.
public interface RequestConsumer extends BodySink {
    /// The bytes of one read have all been delivered: send out what was written.
    void onReadComplete();

    /// The client takes more of the answer again.
    void onClientWritable();

    /// The client has gone before its answer was complete. Nothing may be written any more; the consumer lets go of
    /// what it holds. Not called after the answer was completed.
    void onClientGone();

    /// The client has closed its sending side after the whole request: it may still read its answer, or be about to
    /// leave. Whoever would wait for something worth keeping answers without it.
    default void onInputClosed() {}

    /// The gateway is about to end: what would go on for as long as both sides like is told so.
    default void onGoAway() {}

    /// How many bytes are kept of the request, or of what was to be sent of it.
    default long heldBytes() {
        return 0;
    }

    /// A time limit is looked at; see [Deadlines].
    void onSweep(long nowNs);
}
