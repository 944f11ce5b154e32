package io.forebay.offload.backup;

import io.forebay.offload.machine.StateClass;
import java.time.Instant;
import java.util.Map;

/// What a backup is, beside its files.
///
/// @param product version of the program that wrote it
/// @param storeFormat format of the store in it
/// @param node shard that its job ids name, 0 to 65535
/// @param taken all that was acknowledged before is in it
/// @param sequence number of the last change that is in it
/// @param jobs how many jobs there are in each list, over all queues
/// @param files how many files it has
/// @param bytes their length
/// @param missing how many bodies were not there when it was written
public record BackupManifest(
        String product,
        int storeFormat,
        int node,
        Instant taken,
        long sequence,
        Map<StateClass, Long> jobs,
        long files,
        long bytes,
        long missing) {
    /// Name of the file that makes a folder a backup.
    public static final String FILE_NAME = "manifest";

    static final String BEGIN = "forebay-backup ";
    static final int FORMAT = 1;

    public BackupManifest {
        jobs = Map.copyOf(jobs);
    }

    BackupManifest with(long allFiles, long allBytes, long allMissing) {
        return new BackupManifest(product, storeFormat, node, taken, sequence, jobs, allFiles, allBytes, allMissing);
    }
}
