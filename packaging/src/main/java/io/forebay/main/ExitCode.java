package io.forebay.main;

/// The process's exit codes, those of sysexits where it has one.
public final class ExitCode {
    public static final int OK = 0;
    /// `check` found errors, or a tour step failed.
    public static final int FAILED = 1;
    /// The command line, the boot configuration or the policy is wrong, or a port is taken.
    public static final int USAGE = 64;
    /// The store or a backup is damaged, in use, or of another format.
    public static final int STORE = 65;
    /// There is not enough room on a disk for what was to be written.
    public static final int NO_SPACE = 73;

    private ExitCode() {}
}
