package io.forebay.gateway.offload;

import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Spool;

/// What everything about jobs works with; one for a gateway.
///
/// @param longPolls who waits for a job's next version
/// @param followers who waits for a job's next event
public record JobParts(
        JobStore store,
        JobReader reader,
        Spool spool,
        LongPolls longPolls,
        LongPolls followers,
        LeasePolls leasePolls,
        LeasedJobs leasedJobs,
        DrainMeter drain,
        WaitEstimate estimate,
        JobSettings settings) {
    public static JobParts of(JobStore store, JobReader reader, Spool spool, JobSettings settings) {
        return new JobParts(
                store,
                reader,
                spool,
                new LongPolls(settings.longPollsMax()),
                new LongPolls(settings.longPollsMax()),
                new LeasePolls(settings.longPollsMax()),
                new LeasedJobs(),
                new DrainMeter(reader),
                new WaitEstimate(reader::queues),
                settings);
    }
}
