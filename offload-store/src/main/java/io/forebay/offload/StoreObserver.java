package io.forebay.offload;

/// Counts what the store does; the telemetry side binds its meters here. Calls come from `store-writer` unless said
/// otherwise and must return at once.
public interface StoreObserver {
    /// One synced commit of `commands` commands and `bytes` bytes took `durationNs`.
    void committed(int commands, long bytes, long durationNs);

    /// A command was refused; also called by producers for refusals at the ring.
    void refused(StoreRefusal refusal);

    /// A write was held off by the storage engine and is being repeated.
    void stalled();

    /// A synced write failed; the store reopens from disk.
    void commitFailed(String reason);

    /// The store is open again, or for the first time; `replayed` running jobs were looked at.
    void opened(long durationNs, int replayed);

    /// A stored value failed its checks; also called by readers.
    void damaged(String where);

    StoreObserver NONE = new StoreObserver() {
        @Override
        public void committed(int commands, long bytes, long durationNs) {}

        @Override
        public void refused(StoreRefusal refusal) {}

        @Override
        public void stalled() {}

        @Override
        public void commitFailed(String reason) {}

        @Override
        public void opened(long durationNs, int replayed) {}

        @Override
        public void damaged(String where) {}
    };
}
