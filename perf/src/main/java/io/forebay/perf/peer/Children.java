package io.forebay.perf.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/// Every process this JVM has started and not yet ended. Ends them, with their descendants, when it is closed or when
/// the JVM goes down (Ctrl-C, an error), and refuses to start more from then on. Safe for all threads.
public final class Children implements AutoCloseable {
    private static final Duration POLITE = Duration.ofSeconds(10);

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Thread hook = new Thread(this::stopAll, "end-children");
    private boolean isClosed;

    public Children() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    // Together with stopAll: a process is either seen by it or never started.
    synchronized ChildProcess start(ProcessBuilder builder, Function<Process, ChildProcess> wrap) throws IOException {
        if (isClosed) {
            throw new IOException("going down");
        }
        Process process = builder.start();
        running.add(process);
        return wrap.apply(process);
    }

    /// Asks the whole family to end, since a script need not pass a signal on; who has not ended in time is killed.
    void stop(Process process) {
        List<ProcessHandle> family = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        family.forEach(ProcessHandle::destroy);
        long untilNs = System.nanoTime() + POLITE.toNanos();
        for (ProcessHandle member : family) {
            if (!isOver(member, untilNs - System.nanoTime())) {
                member.destroyForcibly();
            }
        }
        isOver(process.toHandle(), POLITE.toNanos());
        running.remove(process);
    }

    private static boolean isOver(ProcessHandle member, long mostNs) {
        try {
            member.onExit().get(Math.max(mostNs, 0), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void stopAll() {
        synchronized (this) {
            isClosed = true;
        }
        running.forEach(this::stop);
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook is running or has run.
            return;
        }
    }
}
