package io.forebay.main;

/// The gateway cannot start: one clear line for the operator, and the exit code that fits.
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    public StartFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
