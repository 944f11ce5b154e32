package io.forebay.offload;

/// How many jobs an operation would be done to.
///
/// @param looked how many were looked at
/// @param isAll whether there are no more to look at
public record JobCount(long matched, long looked, boolean isAll) {}
