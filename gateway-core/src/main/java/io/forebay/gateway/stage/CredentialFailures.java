package io.forebay.gateway.stage;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Refused credentials of each client address in the current second, on one loop.
///
/// A fixed table: an address whose slot another address holds in this second is not counted, so that nobody is turned
/// away for somebody else's failures. Owned by its loop.
final class CredentialFailures {
    static final int PER_SECOND_MAX = 100;
    private static final int SLOTS = 4096;
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable String[] addresses = new String[SLOTS];
    private final long[] windowStartNs = new long[SLOTS];
    private final int[] failures = new int[SLOTS];

    /// One for each loop.
    static CredentialFailures[] ofLoops(int loops) {
        CredentialFailures[] all = new CredentialFailures[loops];
        for (int i = 0; i < loops; i++) {
            all[i] = new CredentialFailures();
        }
        return all;
    }

    boolean isFlooding(String address, long nowNs) {
        int slot = slot(address);
        return failures[slot] >= PER_SECOND_MAX
                && nowNs - windowStartNs[slot] < WINDOW_NS
                && address.equals(addresses[slot]);
    }

    void count(String address, long nowNs) {
        int slot = slot(address);
        if (failures[slot] == 0 || nowNs - windowStartNs[slot] >= WINDOW_NS) {
            addresses[slot] = address;
            windowStartNs[slot] = nowNs;
            failures[slot] = 1;
        } else if (address.equals(addresses[slot])) {
            failures[slot]++;
        }
    }

    private static int slot(String address) {
        int hash = address.hashCode();
        return (hash ^ hash >>> 16) & (SLOTS - 1);
    }
}
