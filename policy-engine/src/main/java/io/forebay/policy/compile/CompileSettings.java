package io.forebay.policy.compile;

/// What a compile needs to know of the gateway's boot settings.
///
/// @param reservedPrefix path prefix of the job endpoints, which are matched before routes
public record CompileSettings(String reservedPrefix) {

    /// The prefix of the job endpoints unless the boot configuration says otherwise.
    public static final CompileSettings DEFAULT = new CompileSettings("/_");

    public CompileSettings {
        if (!reservedPrefix.startsWith("/") || reservedPrefix.length() < 2) {
            throw new IllegalArgumentException("reservedPrefix: " + reservedPrefix + ": must be / and more");
        }
    }
}
