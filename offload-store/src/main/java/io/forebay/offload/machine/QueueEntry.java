package io.forebay.offload.machine;

import io.forebay.offload.QueueSettings;

/// A queue as it stands on disk. An orphaned one is no longer named by the policy but still holds jobs.
public record QueueEntry(int id, String name, QueueSettings settings, boolean paused, boolean orphaned) {}
