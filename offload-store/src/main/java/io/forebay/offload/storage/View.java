package io.forebay.offload.storage;

/// A snapshot: reads see the commits before it and none after. Close it soon, it holds back compaction.
public interface View extends Reads, AutoCloseable {
    @Override
    void close();
}
