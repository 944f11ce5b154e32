package io.forebay.offload.codec;

import io.forebay.offload.timer.TimerKey;

/// What every commit leaves behind: the time of its batch, how far timers have fired, the next tenant's number.
record Stamp(long nowMs, TimerKey timerCursor, int nextTenantId) {}
