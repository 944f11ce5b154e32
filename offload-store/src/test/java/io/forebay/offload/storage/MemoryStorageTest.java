package io.forebay.offload.storage;

final class MemoryStorageTest extends StorageConformance {
    @Override
    protected StorageOpener opener() {
        return new MemoryFolder();
    }
}
