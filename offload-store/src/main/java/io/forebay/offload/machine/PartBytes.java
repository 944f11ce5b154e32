package io.forebay.offload.machine;

import io.forebay.offload.PayloadPart;

/// Bytes that go to the blob family in the same commit as their job.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PartBytes(PayloadPart part, byte[] content) {}
