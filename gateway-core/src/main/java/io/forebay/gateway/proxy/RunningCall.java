package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import org.jspecify.annotations.Nullable;

/// A call whose request was sent and whose answer has not begun, in the hands of whoever was told that it is slow. It
/// may be moved to another exchange of the same loop: the upstream notices nothing. Used on the loop only, and no
/// longer once the call has failed or answered.
public interface RunningCall {
    /// The request's body as it was sent; null if it was not kept ([CallListener#keptBodyBytesMax]).
    byte @Nullable [] requestBody();

    /// Stops or resumes the reading of the answer.
    void readAnswer(boolean isOn);

    /// Gives the call's answer to another exchange, whose consumer it becomes, and its failures to another listener.
    ///
    /// @param requestNs time for all tries since that exchange began, 0 for none
    /// @param tryNs time for this try since it began, 0 for none
    void moveTo(Exchange next, CallListener nextListener, long requestNs, long tryNs);
}
