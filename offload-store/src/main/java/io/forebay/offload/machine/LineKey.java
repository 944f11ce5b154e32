package io.forebay.offload.machine;

/// One ordering key of one queue, or one limit key, which are told apart by the top bit of `queueId`. Two keys with the
/// same hash share a line, which costs speed and breaks no promise.
public record LineKey(int queueId, long keyHash) {
    private static final int OF_LIMIT = Integer.MIN_VALUE;

    static LineKey ofLimit(int queueId, long keyHash) {
        return new LineKey(queueId | OF_LIMIT, keyHash);
    }

    /// Whether jobs wait in it for what a limit key allows.
    public boolean isOfLimit() {
        return (queueId & OF_LIMIT) != 0;
    }
}
