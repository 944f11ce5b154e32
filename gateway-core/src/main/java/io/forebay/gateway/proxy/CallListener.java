package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.UpstreamFailure;

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

    /// The call is over without a usable answer and has let go of everything. If the answer has begun
    /// ([Exchange#isAnswered()]) it must be broken off.
    void onFailure(Exchange exchange, UpstreamFailure failure);
}
