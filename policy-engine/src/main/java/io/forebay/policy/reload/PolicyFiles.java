package io.forebay.policy.reload;

import io.forebay.policy.compile.PolicyInput;
import java.nio.file.Path;
import java.util.Set;

/// One consistent reading of the policy directory.
///
/// @param input for the compiler; its revision is the hash of all contents
/// @param folders to be watched: those of the policy files and of the files they name
/// @param isSettled false if files changed while they were read, so that they may not belong together
record PolicyFiles(PolicyInput input, Set<Path> folders, boolean isSettled) {}
