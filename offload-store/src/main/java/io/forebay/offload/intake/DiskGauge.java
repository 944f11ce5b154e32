package io.forebay.offload.intake;

import io.forebay.offload.storage.Storage;

/// Whether the disk is below its hard mark, looked at once a second at most. It must rise an eighth above the mark
/// to count as well again. Owned by `store-writer`.
final class DiskGauge {
    private static final long LOOK_EVERY_NS = 1_000_000_000;

    private final long hardMarkBytes;
    private final TimeSource time;
    private long lookAtNs;
    private boolean low;

    DiskGauge(long hardMarkBytes, TimeSource time) {
        this.hardMarkBytes = hardMarkBytes;
        this.time = time;
        this.lookAtNs = time.nanoTime();
    }

    /// True if the answer changed.
    boolean look(Storage storage) {
        long nowNs = time.nanoTime();
        if (nowNs - lookAtNs < 0) {
            return false;
        }
        lookAtNs = nowNs + LOOK_EVERY_NS;
        boolean before = low;
        long markBytes = low ? hardMarkBytes + hardMarkBytes / 8 : hardMarkBytes;
        low = storage.usableBytes() < markBytes;
        return low != before;
    }

    boolean isLow() {
        return low;
    }
}
