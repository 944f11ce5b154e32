package io.forebay.offload.machine;

/// Where an internal topic stands: its number, its next offset, the hash of its last entry.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TopicHead(int topicId, long nextOffset, byte[] lastHash) {
    public static final int HASH_BYTES = 32;
}
