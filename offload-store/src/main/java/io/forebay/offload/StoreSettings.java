package io.forebay.offload;

/// Boot settings of the store; a change needs a restart.
///
/// @param ringSlots commands in flight at most; a power of two
/// @param intakeBytes payload bytes of commands in flight at most
/// @param cachedReadyMax ready entries kept in memory over all queues
/// @param diskHardMarkBytes below this much free space new jobs are refused
public record StoreSettings(int ringSlots, long intakeBytes, int cachedReadyMax, long diskHardMarkBytes) {
    public static final StoreSettings DEFAULT = new StoreSettings(4_096, 64L << 20, 1_000_000, 256L << 20);

    public StoreSettings {
        if (ringSlots < 64 || Integer.bitCount(ringSlots) != 1) {
            throw new IllegalArgumentException("ringSlots must be a power of two from 64: " + ringSlots);
        }
        if (intakeBytes < 2L * Content.IN_MEMORY_BYTES_MAX) {
            throw new IllegalArgumentException("intakeBytes must be at least 2 MiB: " + intakeBytes);
        }
        if (cachedReadyMax < 4_096 || cachedReadyMax > 1_000_000) {
            throw new IllegalArgumentException("cachedReadyMax must be 4096 to 1000000: " + cachedReadyMax);
        }
        if (diskHardMarkBytes < 0) {
            throw new IllegalArgumentException("diskHardMarkBytes must not be negative: " + diskHardMarkBytes);
        }
    }
}
