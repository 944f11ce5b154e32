package io.forebay.offload.intake;

/// Where the store's time comes from; any thread.
public interface TimeSource {
    /// Milliseconds since 1970 as the machine's clock has them; may jump.
    long wallMs();

    /// Nanoseconds that only grow.
    long nanoTime();

    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long wallMs() {
                return System.currentTimeMillis();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
