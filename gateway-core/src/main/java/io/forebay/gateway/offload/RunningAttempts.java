package io.forebay.gateway.offload;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.offload.Completion;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Lease;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import java.util.function.BooleanSupplier;

/// Takes on calls that are already under way as attempts of jobs. The job dispatcher does; called on loops.
public interface RunningAttempts {
    /// An exchange that takes a call's answer in place of its client.
    ///
    /// @throws IllegalArgumentException the request cannot be read back
    KeptAnswer answer(
            LoopContext loop,
            PolicySnapshot snapshot,
            byte[] storedRequest,
            QueuePolicy queue,
            KeptAnswer.Receiver receiver);

    /// Makes the job of a call that is about to be made, durably. What becomes of the lease is the caller's until it is
    /// given to [#adopt].
    ///
    /// @param isRepeatable whether another attempt may follow
    void begin(Submission submission, boolean isRepeatable, QueuePolicy queue, Completion<HandedOver> done);

    /// Takes a call on as the attempt of its job: nobody else is told any more how it ends. On the call's loop.
    ///
    /// @param storedRequest the head that the job keeps
    /// @param mayWithdraw asked if the upstream turns the call away: whether the job may then be taken back
    void adopt(
            Lease lease,
            byte[] storedRequest,
            LoopContext loop,
            PolicySnapshot snapshot,
            QueuePolicy queue,
            RunningCall call,
            BooleanSupplier mayWithdraw);

    /// Makes the call's job, durably, and its attempt.
    ///
    /// @param isRepeatable whether another attempt may follow
    /// @param call takes the answer
    void handOver(
            Submission submission,
            boolean isRepeatable,
            KeptAnswer call,
            LoopContext loop,
            QueuePolicy queue,
            Reply reply);

    /// What came of it; one of the two, on the loop.
    interface Reply {
        /// The job is on disk. What becomes of the call is from now on told to `attempt`.
        void taken(Submitted submitted, Attempt attempt);

        /// The call is no job.
        ///
        /// @param reason a stable token
        void refused(String reason);
    }

    /// An attempt that hears how its call ends.
    interface Attempt extends CallListener, KeptAnswer.Receiver {}
}
