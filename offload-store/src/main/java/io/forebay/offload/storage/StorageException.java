package io.forebay.offload.storage;

/// The storage cannot be read or opened; the message says which file and why.
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
