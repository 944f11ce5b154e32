package io.forebay.admin;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Bounds how long a call waits for a port: the port runs on a virtual thread of its own, which is interrupted when the
/// time is over, so that no port can hold an operator's connection. Any thread.
///
/// @param limit the longest wait
public record Deadline(Duration limit) {
    public Deadline {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
    }

    /// The port's reply, or [Reply#timedOut]. What the port throws is thrown here.
    public <T> Reply<T> ask(Supplier<Reply<T>> port) {
        FutureTask<Reply<T>> asked = new FutureTask<>(port::get);
        Thread.ofVirtual().name("admin-port").start(asked);
        try {
            return asked.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            asked.cancel(true);
            return Reply.timedOut(limit.toMillis());
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return Reply.timedOut(limit.toMillis());
        } catch (ExecutionException e) {
            throw new PortFailure(e.getCause());
        }
    }

    /// A port threw: a fault of ours, answered with 500.
    public static final class PortFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        PortFailure(@Nullable Throwable cause) {
            super("a port failed", cause);
        }
    }
}
