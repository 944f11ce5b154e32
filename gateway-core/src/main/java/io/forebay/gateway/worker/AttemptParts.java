package io.forebay.gateway.worker;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.offload.KeptAnswer;
import io.forebay.gateway.webhook.Webhooks;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Spool;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;

/// What every attempt works with.
///
/// @param ends counts the exchange of each attempt; nothing else of a handler is used
/// @param webhooks tells callers of their jobs' ends
/// @param jobsPath where jobs live, without a slash at its end
public record AttemptParts(
        JobStore store, JobReader reader, Spool spool, RequestHandler ends, Webhooks webhooks, String jobsPath) {
    /// An exchange that stands for the client who submitted the request, and keeps as much of its answer as the queue
    /// says.
    ///
    /// @throws IllegalArgumentException the request cannot be read back
    KeptAnswer answer(
            LoopContext loop,
            PolicySnapshot snapshot,
            byte[] storedRequest,
            QueuePolicy queue,
            KeptAnswer.Receiver receiver) {
        return KeptAnswer.of(
                loop, ends, snapshot, storedRequest, spool, queue.limits().maxResultBytes(), receiver);
    }
}
