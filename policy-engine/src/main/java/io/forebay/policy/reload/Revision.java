package io.forebay.policy.reload;

import io.forebay.policy.compile.PolicyDiff;

/// One published generation.
///
/// @param revision hash of the files it was compiled from
/// @param publishedAtMs wall clock
/// @param errors diagnostics of error severity that stood beside it
public record Revision(long generation, String revision, long publishedAtMs, PolicyDiff diff, long errors) {}
