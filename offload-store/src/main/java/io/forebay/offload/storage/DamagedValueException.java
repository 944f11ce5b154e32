package io.forebay.offload.storage;

/// Bytes that were stored do not pass their checks. [#where] names the file, or the family and key.
public final class DamagedValueException extends StorageException {
    private static final long serialVersionUID = 1;

    private final String where;

    public DamagedValueException(String where, String what) {
        super("damaged: " + where + ": " + what);
        this.where = where;
    }

    public String where() {
        return where;
    }
}
