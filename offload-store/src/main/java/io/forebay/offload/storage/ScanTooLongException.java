package io.forebay.offload.storage;

/// A scan gave up because too many deleted keys stood in its way. What is stored is well, and the engine will clear
/// them away in time; until then ask for a shorter range.
public final class ScanTooLongException extends StorageException {
    private static final long serialVersionUID = 1;

    public ScanTooLongException(Family family, Throwable cause) {
        super("too many deleted keys in the way in " + family.label(), cause);
    }
}
