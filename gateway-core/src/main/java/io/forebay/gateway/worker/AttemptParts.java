package io.forebay.gateway.worker;

import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.offload.StoredRequest;
import io.forebay.gateway.webhook.Webhooks;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Submission;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;

/// What every attempt works with.
///
/// @param ends counts the exchange of each attempt; nothing else of a handler is used
/// @param webhooks tells callers of their jobs' ends
/// @param jobsPath where jobs live, without a slash at its end
public record AttemptParts(JobStore store, JobReader reader, RequestHandler ends, Webhooks webhooks, String jobsPath) {
    /// An exchange that stands for the client who submitted the request, and keeps as much of its answer as the queue
    /// says.
    ///
    /// @throws IllegalArgumentException the request cannot be read back
    JobExchange exchange(
            LoopContext loop,
            PolicySnapshot snapshot,
            byte[] storedRequest,
            QueuePolicy queue,
            JobExchange.Receiver receiver) {
        StoredRequest request = StoredRequest.decode(storedRequest);
        int resultBytesMax = (int) Math.min(queue.limits().maxResultBytes(), Submission.BODY_BYTES_MAX);
        JobExchange exchange = JobExchange.of(
                loop, ends, request.address(), request.isTls(), request.port(), receiver, resultBytesMax);
        exchange.begin(snapshot, request.read());
        return exchange;
    }
}
