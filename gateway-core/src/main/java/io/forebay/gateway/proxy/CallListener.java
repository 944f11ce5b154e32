package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.UpstreamFailure;

/// Who answers when a call has failed: with a problem for a client, with a retry class for a job.
public interface CallListener {
    /// The call is over without a usable answer and has let go of everything. If the answer has begun
    /// ([Exchange#isAnswered()]) it must be broken off.
    void onFailure(Exchange exchange, UpstreamFailure failure);
}
