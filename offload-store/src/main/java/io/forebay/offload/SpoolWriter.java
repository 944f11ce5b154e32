package io.forebay.offload;

/// Writes one file of the spool, on a thread of the spool. One thread at a time calls; completions run on the spool's
/// thread and must not block. Ends with [#finish] or [#discard].
public interface SpoolWriter {
    /// Takes the next bytes. The value is how many have been written in all. Whoever hands over more than it has heard
    /// of holds that much memory: bound it.
    ///
    /// @param piece belongs to the writer until it completes
    void write(byte[] piece, int length, Completion<Long> completion);

    /// Syncs the file and its name. Refused if anything before failed; then nothing is kept.
    void finish(Completion<Content.Spooled> completion);

    /// Keeps nothing.
    void discard();
}
