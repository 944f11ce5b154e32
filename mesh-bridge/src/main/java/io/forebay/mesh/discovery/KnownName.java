package io.forebay.mesh.discovery;

import io.forebay.mesh.NameLookup;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One name: its addresses by the last good answer, and when it is asked for next. That nobody could say takes no
/// addresses away: they may all be well, and a call to one that is not is tried elsewhere. That the name is gone takes
/// them all, once it is said again [NameLookup#ABSENT_KEPT_NS] after it was first said and has not been found since.
final class KnownName {
    private static final long BACKOFF_MAX_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int BACKOFF_DOUBLINGS_MAX = 5;

    private final NameLookup lookup;
    private List<FoundAddress> addresses = List.of();
    private boolean isSettled;
    private boolean isAsked;
    private boolean isAbsent;
    private long absentSinceNs;
    private long dueNs;
    private int failures;
    private @Nullable String fault;

    /// @param earlier the same name as it was looked up otherwise; null for one that is new
    /// @param nowNs when it is due
    KnownName(NameLookup lookup, @Nullable KnownName earlier, long nowNs) {
        this.lookup = lookup;
        this.dueNs = nowNs;
        if (earlier != null) {
            addresses = earlier.addresses;
            isSettled = earlier.isSettled;
            isAbsent = earlier.isAbsent;
            absentSinceNs = earlier.absentSinceNs;
            failures = earlier.failures;
            fault = earlier.fault;
        }
    }

    List<FoundAddress> addresses() {
        return addresses;
    }

    /// Whether some lookup has ended, well or not.
    boolean isSettled() {
        return isSettled;
    }

    /// Whether a lookup is to begin now.
    boolean isDue(long nowNs) {
        return !isAsked && nowNs - dueNs >= 0;
    }

    /// How long until the next lookup; [Long#MAX_VALUE] while one is under way.
    long dueInNs(long nowNs) {
        return isAsked ? Long.MAX_VALUE : Math.max(0, dueNs - nowNs);
    }

    void asked() {
        isAsked = true;
    }

    /// A lookup has ended.
    ///
    /// @return whether the addresses are others now
    boolean answered(NameAnswer answer, long nowNs) {
        isAsked = false;
        isSettled = true;
        return switch (answer) {
            case NameAnswer.Found found when found.isWhole() || addresses.isEmpty() -> found(found, nowNs);
            case NameAnswer.Found _ -> foundInPart(nowNs);
            case NameAnswer.Absent(var reason, var ttlNs) -> absent(reason, ttlNs, nowNs);
            case NameAnswer.Failed(var reason) -> failed(reason, nowNs);
        };
    }

    private boolean found(NameAnswer.Found found, long nowNs) {
        failures = 0;
        isAbsent = false;
        fault = null;
        dueNs = nowNs + (lookup.respectsTtl() ? within(found.ttlNs()) : lookup.refreshNs());
        List<FoundAddress> sorted =
                found.addresses().stream().distinct().sorted(FoundAddress.ORDER).toList();
        boolean isChange = !sorted.equals(addresses);
        addresses = sorted;
        return isChange;
    }

    private boolean foundInPart(long nowNs) {
        isAbsent = false;
        return failed("some of its records could not be had", nowNs);
    }

    private boolean absent(String reason, long ttlNs, long nowNs) {
        failures++;
        fault = reason;
        dueNs = nowNs + within(ttlNs);
        if (!isAbsent) {
            isAbsent = true;
            absentSinceNs = nowNs;
        }
        if (nowNs - absentSinceNs < NameLookup.ABSENT_KEPT_NS || addresses.isEmpty()) {
            return false;
        }
        addresses = List.of();
        return true;
    }

    private boolean failed(String reason, long nowNs) {
        int doublings = Math.min(failures, BACKOFF_DOUBLINGS_MAX);
        failures++;
        fault = reason;
        dueNs = nowNs + Math.min(within(NameLookup.REFRESH_MIN_NS << doublings), BACKOFF_MAX_NS);
        return false;
    }

    private long within(long ttlNs) {
        return Math.clamp(ttlNs, NameLookup.REFRESH_MIN_NS, lookup.refreshNs());
    }

    NameStatus status(String hostname) {
        return new NameStatus(hostname, addresses.size(), failures, fault);
    }
}
