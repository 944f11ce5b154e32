package io.forebay.main;

/// The process's exit codes, by the names and numbers of sysexits(3) where it has one. docs/configuration.md has them
/// in one table; a test compares the two.
public final class ExitCode {
    /// Done; of `run`: another process has taken over.
    public static final int OK = 0;
    /// The answer is no: errors were found, the gateway is not ready, policies differ, a tour step failed.
    public static final int FAILED = 1;
    /// The command line, the boot configuration or the policy is wrong, or a port is taken.
    public static final int USAGE = 64;
    /// The store or a backup is damaged, in use, or of another format.
    public static final int STORE = 65;
    /// Something that is needed is not installed. Of the script `./forebay` alone.
    public static final int UNAVAILABLE = 69;
    /// A fault of the program; standard error has its stack trace. Of the script: the build failed.
    public static final int SOFTWARE = 70;
    /// What was to be made would go over something that is there, or has no room on the disk.
    public static final int CANT_CREATE = 73;
    /// A file cannot be read or written.
    public static final int IO = 74;

    private ExitCode() {}
}
