package io.forebay.offload;

import java.util.List;

/// Some events of one job, in the order in which they were kept.
///
/// @param job as it stood before they were read
public record EventPage(Job job, List<Entry> entries) {
    /// One event. Under another epoch it is of another attempt, whose answer begins anew.
    ///
    /// @param number dense from 0, over all attempts
    /// @param epoch of the lease under which it was sent
    public record Entry(int number, int epoch, int attempt, long atMs, JobEvent event) {}
}
