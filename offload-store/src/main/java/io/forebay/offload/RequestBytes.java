package io.forebay.offload;

/// A request as it was submitted, not to be changed.
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record RequestBytes(byte[] head, byte[] body) {}
