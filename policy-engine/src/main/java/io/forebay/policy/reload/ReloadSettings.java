package io.forebay.policy.reload;

import io.forebay.policy.compile.CompileSettings;
import java.nio.file.Path;

/// Where policies are and how their changes are followed.
///
/// @param directory holds the `*.yaml` files, in subfolders too
/// @param quietMs a change is applied once the files were quiet for so long
/// @param settleMaxMs or so long after its first sign, whatever still happens
/// @param pollMs how often files are looked at where no event tells
public record ReloadSettings(Path directory, CompileSettings compile, long quietMs, long settleMaxMs, long pollMs) {

    public ReloadSettings {
        if (quietMs < 1 || settleMaxMs < quietMs || pollMs < 1) {
            throw new IllegalArgumentException("quietMs " + quietMs + ", settleMaxMs " + settleMaxMs + ", pollMs "
                    + pollMs + ": must be positive, and quietMs at most settleMaxMs");
        }
    }

    /// 100 ms of quiet, 1 s at most, polls every 2 s.
    public static ReloadSettings of(Path directory) {
        return new ReloadSettings(directory, CompileSettings.DEFAULT, 100, 1_000, 2_000);
    }
}
