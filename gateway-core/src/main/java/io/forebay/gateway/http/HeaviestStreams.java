package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// Resets those of a loop's streams that hold most bytes, when memory is short: at most [#RESETS_MAX] at a
/// time, the heaviest first, and none that holds less than [#BYTES_MIN]. One a loop, used on it.
public final class HeaviestStreams {
    static final int RESETS_MAX = 8;
    static final long BYTES_MIN = 16 * 1024;

    /// A stream of a client, or its connection where requests come one by one.
    interface Heavy {
        /// What is kept for it: of its request until somebody takes it, of its answer until the client does.
        long heldBytes();

        /// Ends it at once, and lets go of everything.
        void reset();
    }

    private final Deadlines deadlines;
    private final @Nullable Heavy[] heaviest = new Heavy[RESETS_MAX];
    private final long[] bytes = new long[RESETS_MAX];
    private int found;

    public HeaviestStreams(LoopContext loop) {
        this.deadlines = loop.deadlines();
    }

    /// Resets them.
    public void reset() {
        found = 0;
        // Each stream has time limits, so this list has them all.
        deadlines.each(item -> {
            if (item instanceof Heavy stream) {
                consider(stream, stream.heldBytes());
            }
        });
        for (int i = 0; i < found; i++) {
            Heavy stream = heaviest[i];
            heaviest[i] = null;
            if (stream != null) {
                stream.reset();
            }
        }
    }

    /// Keeps the heaviest in their order, the heaviest first.
    private void consider(Heavy stream, long held) {
        if (held < BYTES_MIN || (found == RESETS_MAX && held <= bytes[found - 1])) {
            return;
        }
        int place = found < RESETS_MAX ? found++ : found - 1;
        while (place > 0 && bytes[place - 1] < held) {
            heaviest[place] = heaviest[place - 1];
            bytes[place] = bytes[place - 1];
            place--;
        }
        heaviest[place] = stream;
        bytes[place] = held;
    }
}
