package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.UpstreamFailure;
import org.jspecify.annotations.Nullable;

/// Who answers when a call has failed: with a problem for a client, with a retry class for a job.
public interface CallListener {
    /// How long after the whole request was sent the listener wants to hear that no answer has begun; 0 for never.
    default long slowAfterNs(Exchange exchange) {
        return 0;
    }

    /// How many bytes of the request's body the call keeps for that moment; a longer body is not kept at all.
    default int keptBodyBytesMax(Exchange exchange) {
        return 0;
    }

    /// The call is slow, as [#slowAfterNs] has it. Told once a call.
    default void onSlow(Exchange exchange, RunningCall call) {}

    /// The call is over before anything of the request was sent: the listener may take the exchange over by setting
    /// another consumer, and the body with it.
    ///
    /// @return false to leave it at [#onFailure]
    default boolean takesOver(Exchange exchange, UpstreamFailure failure, UnsentRequest unsent) {
        return false;
    }

    /// Who keeps a copy of the answer while it is relayed; `null` for nobody. Asked once, when the listener is set.
    default @Nullable AnswerTee answerTee() {
        return null;
    }

    /// The client has left a call whose request was sent and whose answer has not begun: the listener may move the call
    /// to another exchange.
    ///
    /// @return false to let it be broken off
    default boolean keeps(RunningCall call) {
        return false;
    }

    /// Whether a call that is slow to be answered may be made a second time at another endpoint, as far as the listener
    /// knows: it is not kept as anything, and becomes nothing else.
    default boolean mayHedge() {
        return false;
    }

    /// How long the call may last at most, whatever its rule says, in nanoseconds; 0 for no such limit.
    default long callNsMax() {
        return 0;
    }

    /// The call was given up, and its exchange is answered by somebody else or not at all: the client has left, or the
    /// rule has no backend to call.
    ///
    /// @param wasAsked whether anything of the request may have reached an upstream
    default void onAbandoned(boolean wasAsked) {}

    /// The call is over without a usable answer and has let go of everything. If the answer has begun
    /// ([Exchange#isAnswered()]) it must be broken off.
    void onFailure(Exchange exchange, UpstreamFailure failure);
}
