package io.forebay.main.service;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Tells systemd, where it has started this process, that the start is over, that the end has begun, and, where it asks
/// for that, that the process is alive (sd_notify(3), sd_watchdog_enabled(3)). Elsewhere every call does nothing.
public final class Supervisor {
    private static final Logger LOG = System.getLogger(Supervisor.class.getName());

    private final @Nullable NotifySocket socket;
    private final long watchdogNs;

    private Supervisor(@Nullable NotifySocket socket, long watchdogNs) {
        this.socket = socket;
        this.watchdogNs = watchdogNs;
    }

    /// That of a process, or one that is told nothing.
    ///
    /// @param environment of the process: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are looked at
    /// @param pid of the process: a watchdog that waits for another is not ours
    public static Supervisor of(Map<String, String> environment, long pid) {
        String address = environment.get("NOTIFY_SOCKET");
        if (address == null) {
            return new Supervisor(null, 0);
        }
        try {
            return new Supervisor(new NotifySocket(address), watchdogNs(environment, pid));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "the service manager is not told how this process is: " + e.getMessage());
            return new Supervisor(null, 0);
        }
    }

    private static long watchdogNs(Map<String, String> environment, long pid) {
        String period = environment.get("WATCHDOG_USEC");
        String whose = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        return period == null || !whose.equals(Long.toString(pid))
                ? 0
                : TimeUnit.MICROSECONDS.toNanos(Long.parseLong(period));
    }

    /// Everything listens. From now on it is told twice in each period that the process is alive, for as long as
    /// that holds.
    ///
    /// @param status one line for `systemctl status`
    /// @param isAlive asked on a thread of its own; may block, and takes too long where the process hangs
    public void ready(String status, BooleanSupplier isAlive) {
        tell("READY=1\nSTATUS=" + status);
        if (socket != null && watchdogNs > 0) {
            Thread.ofPlatform().daemon().name("watchdog").start(() -> watch(isAlive));
        }
    }

    private void watch(BooleanSupplier isAlive) {
        try {
            while (true) {
                if (isAlive.getAsBoolean()) {
                    tell("WATCHDOG=1");
                }
                TimeUnit.NANOSECONDS.sleep(watchdogNs / 2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The end has begun.
    ///
    /// @param limit how long it may take at most: longer than the unit allows is then allowed
    public void stopping(Duration limit) {
        tell("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(limit.toNanos()));
    }

    private void tell(String text) {
        if (socket == null) {
            return;
        }
        try {
            socket.send(text);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the service manager could not be told: " + e.getMessage());
        }
    }
}
