package io.forebay.offload.simulation;

import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Notice;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submitted;
import java.util.List;

/// A sentence about the store that must hold whatever happens. It hears what callers were told, in the order in which
/// they were told, and remembers for itself what it needs; a broken one is an [AssertionError].
interface Invariant {
    default void offered(Request request) {}

    default void accepted(Request request, Submitted submitted) {}

    /// Refused, and certainly not done.
    default void refused(Request request, StoreRefusal refusal) {}

    /// Nobody knows whether it was done.
    default void unanswered(Request request) {}

    /// Nobody knows whether these were done, but all of them were or none.
    default void unansweredTogether(List<Request> requests) {}

    /// A dead letter is tried again as `again`.
    default void redriven(Job again) {}

    default void leased(Lease lease, LeaseKind kind) {}

    /// A call that was under way is a job under this lease.
    default void handedOver(Lease lease) {
        leased(lease, LeaseKind.PUSH);
    }

    /// A report on this lease is on its way.
    default void reporting(LeaseKey lease) {}

    /// A report or heartbeat on this lease was taken.
    default void reportTaken(LeaseKey lease) {}

    /// The job may be gone from now on, and its key free.
    default void withdrawing(JobId job) {}

    default void extended(LeaseKey lease, long untilMs) {}

    /// A job as it stood at some commit.
    default void seen(Job job) {}

    /// There is no such job.
    default void missing(JobId id) {}

    /// The bytes of a finished job's result.
    default void resultRead(Job job, byte[] result) {}

    /// The event with this number was acknowledged.
    default void emitted(LeaseKey lease, int number) {}

    /// All notices of ends.
    default void notices(List<Notice> notices) {}

    /// All events of a job.
    default void eventsRead(JobId id, List<EventPage.Entry> events) {}

    default void appended(long offset, String entry) {}

    /// No lease is given before this time; 0 for resumed.
    default void paused(long untilMs) {}

    /// The store was opened again, by another process or after a failed write.
    default void reopened() {}

    /// Everything has come to rest; clients, workers and disk have been well for a long time.
    default void atRest() {}
}
