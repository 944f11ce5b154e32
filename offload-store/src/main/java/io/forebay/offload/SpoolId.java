package io.forebay.offload;

/// Names a file of the spool.
///
/// @param run counts the starts of the process, from 1
/// @param number counts the files of one run, from 0
public record SpoolId(int run, long number) {
    /// Stands for a file that has gone to another job.
    public static final SpoolId GONE = new SpoolId(0, 0);
}
