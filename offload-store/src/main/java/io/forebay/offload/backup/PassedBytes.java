package io.forebay.offload.backup;

/// Hears how far a long piece of work is, piece by piece, on the thread that does it. May wait, so that the
/// work goes slower, and may throw to end it.
@FunctionalInterface
public interface PassedBytes {
    PassedBytes UNHEARD = (bytes, ofBytes) -> {};

    /// `bytes` more of about `ofBytes` in all have been read, up to 1 MiB at a time.
    void passed(int bytes, long ofBytes);
}
