package io.forebay.main.store;

import io.forebay.offload.backup.PassedBytes;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Bytes a second that a long piece of work may read, as `50Mi` says it; it waits where the work is ahead of that. One
/// thread.
final class Rate implements PassedBytes {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})(Ki|Mi|Gi|)");
    private static final double NS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final PassedBytes then;
    private long begunNs;
    private long bytes;

    /// @param then hears of the bytes first
    Rate(long bytesPerSecond, LongSupplier nanoTime, PassedBytes then) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.then = then;
        this.begunNs = nanoTime.getAsLong();
    }

    /// Reads `50Mi`; fails with [IllegalArgumentException] that says what was expected.
    static long parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--rate must be bytes a second such as 50Mi, 800Ki or 1Gi: " + text);
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "ki" -> 10;
            case "mi" -> 20;
            case "gi" -> 30;
            default -> 0;
        };
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
    }

    @Override
    public void passed(int more, long ofBytes) {
        then.passed(more, ofBytes);
        bytes += more;
        long aheadNs = aheadNs(nanoTime.getAsLong());
        while (aheadNs > 0) {
            LockSupport.parkNanos(aheadNs);
            aheadNs = aheadNs(nanoTime.getAsLong());
        }
    }

    /// How long the work has to rest now.
    long aheadNs(long nowNs) {
        return (long) (bytes / (double) bytesPerSecond * NS_PER_SECOND) - (nowNs - begunNs);
    }
}
