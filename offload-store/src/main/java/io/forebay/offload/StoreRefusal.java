package io.forebay.offload;

/// Why the store did not do what it was asked. Nothing was changed, with one exception: an [Unavailable] that may be
/// done. The same command may be offered again and will not be done twice.
public sealed interface StoreRefusal {
    /// Whether the same command may well be done a little later.
    default boolean mayPass() {
        return this instanceof Busy
                || this instanceof IntakePaused
                || this instanceof Unavailable
                || this instanceof DiskFull;
    }

    /// One submission of a batch, the `item`th from 0, was refused, and so none was accepted.
    record OfItem(int item, StoreRefusal why) implements StoreRefusal {
        @Override
        public boolean mayPass() {
            return why.mayPass();
        }
    }

    /// The ring, or a reader's queue, has no room for this kind of command now, or the storage must clear up first.
    record Busy(String what) implements StoreRefusal {}

    /// The bytes of commands in flight have reached the intake budget.
    record IntakePaused(long budgetBytes) implements StoreRefusal {}

    /// The queue holds as many unfinished jobs as it may.
    record QueueFull(String queue, long depthMax) implements StoreRefusal {}

    /// More jobs are ready than the submission would wait for.
    record TooManyAhead(String queue, long ahead, long aheadMax) implements StoreRefusal {}

    /// The tenant has as many unfinished jobs in the queue, or as many of their bytes, as one tenant may.
    record TenantFull(String queue, String tenant, long depthMax, long bytesMax) implements StoreRefusal {}

    /// The queue's unfinished jobs hold as many bytes as they may.
    record BytesFull(String queue, long bytesMax) implements StoreRefusal {}

    /// No such queue, or one that was taken out of the policy.
    record QueueMissing(String queue) implements StoreRefusal {}

    /// An operator has stopped the intake of the queue.
    ///
    /// @param untilMs when that ends by itself, 0 for never
    record IntakeStopped(String queue, long untilMs) implements StoreRefusal {}

    /// Another operation on jobs of this queue is under way.
    record OperationUnderWay(String queue) implements StoreRefusal {}

    /// A body or result larger than the queue, or the store, takes.
    record PayloadTooLarge(long bytes, long bytesMax) implements StoreRefusal {}

    /// The disk is below its hard mark, or a write found it full. Completions still pass while the mark alone is
    /// hit.
    record DiskFull() implements StoreRefusal {}

    /// The store is reopening after a failed write, is closed, or was stopped by a fault of the program. `mayBeDone`:
    /// the command was part of the write that failed, which may have reached the disk all the same.
    record Unavailable(String reason, boolean mayBeDone) implements StoreRefusal {
        /// Nothing was done.
        public Unavailable(String reason) {
            this(reason, false);
        }
    }

    /// The idempotency key was used before for a different request.
    record FingerprintMismatch(JobId job) implements StoreRefusal {}

    /// No such job, or it was erased after its retention.
    record NotFound(JobId job) implements StoreRefusal {}

    /// The lease named is not the job's current one.
    record StaleEpoch(JobId job, int currentEpoch) implements StoreRefusal {}

    /// No more events of this job are kept.
    record EventsFull(JobId job, int eventsMax, long bytesMax) implements StoreRefusal {}

    /// Fewer events are kept than those offered were said to follow.
    record EventsMissing(JobId job, int kept) implements StoreRefusal {}

    /// The job ended before; terminal states never change.
    record AlreadyTerminal(JobId job, JobState state) implements StoreRefusal {}

    /// Only a failed job whose request bytes are still kept can be redriven.
    record NotRedrivable(JobId job, JobState state) implements StoreRefusal {}

    /// The bytes asked for were deleted at the end of their retention.
    record PayloadGone(JobId job) implements StoreRefusal {}

    /// A stored value does not pass its checks; `where` names the file or the family and key.
    record Damaged(String where) implements StoreRefusal {}

    /// The queue configuration offered is older than the one committed.
    record OldGeneration(long offered, long current) implements StoreRefusal {}
}
