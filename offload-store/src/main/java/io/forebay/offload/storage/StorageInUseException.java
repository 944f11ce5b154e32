package io.forebay.offload.storage;

/// Somebody has the storage already, this process or another; it may be free a little later.
public final class StorageInUseException extends StorageException {
    private static final long serialVersionUID = 1;

    public StorageInUseException(String message) {
        super(message);
    }

    public StorageInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
