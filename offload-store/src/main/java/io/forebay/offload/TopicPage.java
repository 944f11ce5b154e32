package io.forebay.offload;

import java.util.List;

/// Consecutive entries of a topic; `next` is the offset to ask for next.
public record TopicPage(List<Entry> entries, long next) {
    public TopicPage {
        entries = List.copyOf(entries);
    }

    /// One entry. `hash` is SHA-256 over the hash before it, the time and the bytes, so a changed or missing entry
    /// shows.
    @SuppressWarnings("ArrayRecordComponent") // read and shown, never compared
    public record Entry(long offset, long atMs, byte[] bytes, byte[] hash) {}
}
