package io.forebay.offload.storage;

/// The storage cannot be opened because the disk is full. What [StorageOpener#makeRoom] frees may be enough.
public final class NoSpaceException extends StorageException {
    private static final long serialVersionUID = 1;

    public NoSpaceException(String message, Throwable cause) {
        super("the disk is full: " + message, cause);
    }
}
