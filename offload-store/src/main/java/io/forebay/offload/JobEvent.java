package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// What a worker says of its job while it runs. Events are kept with the job, in order, and end with its bytes.
public sealed interface JobEvent {
    /// Events of one job, all attempts together.
    int EVENTS_MAX = 10_000;

    /// Their bytes, all attempts together.
    long BYTES_MAX = 16L << 20;

    /// Events of one [JobStore#emit].
    int AT_ONCE_MAX = 16;

    /// Bytes of one [JobStore#emit].
    int AT_ONCE_BYTES_MAX = 64 << 10;

    /// The bytes it counts for.
    int bytes();

    /// How far the work has come.
    ///
    /// @param percent 0 to 100, or [#UNKNOWN]
    /// @param message for people, at most [#MESSAGE_CHARS_MAX] characters, or empty
    record Progress(int percent, String message) implements JobEvent {
        public static final int UNKNOWN = -1;
        public static final int MESSAGE_CHARS_MAX = 200;

        public Progress {
            requireNonNull(message, "message");
            if (percent < UNKNOWN || percent > 100) {
                throw new IllegalArgumentException("percent must be 0 to 100: " + percent);
            }
            if (message.length() > MESSAGE_CHARS_MAX) {
                throw new IllegalArgumentException("message must be at most " + MESSAGE_CHARS_MAX + " characters");
            }
        }

        @Override
        public int bytes() {
            return message.length();
        }
    }

    /// Some more of the answer. The parts of one attempt, one after the other, are what is known of it so far; those of
    /// earlier attempts are void.
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Partial(byte[] content) implements JobEvent {
        public Partial {
            requireNonNull(content, "content");
        }

        @Override
        public int bytes() {
            return content.length;
        }
    }
}
