package io.forebay.policy.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The counters of all limits, shared by all loops and kept over reloads: chains of nodes, each with one `long` of
/// state, changed by compare-and-set only. Counting under a known key creates nothing; a new key is one small node.
///
/// A counter whose debt is paid says the same as none, so each new key also looks at two chains, the next in turn,
/// and drops such counters. A node dies by a compare-and-set of its state: whoever loses that race starts again, so no
/// request is counted on a dead one. Nodes join only at the head of a chain, by compare-and-set of the head, so a key
/// is never in a chain twice. With [#keysMax] counters alive a new key is counted on one coarse counter of its limit,
/// together with all other such keys: too strict for some, but never a refilled limit.
public final class LimitTable {

    public static final int KEYS_MAX_DEFAULT = 1_000_000;

    private static final long DEAD = Long.MIN_VALUE;
    private static final int SWEPT_PER_NEW_KEY = 2;
    private static final int SWEPT_WHEN_FULL = 16;
    private static final long CLOCK_SLACK_NS = 1_000_000_000;
    private static final long COARSE = 0x5851f42d4c957f2dL;
    private static final VarHandle STATE = stateHandle();

    private final int keysMax;
    private final long seed;
    private final AtomicReferenceArray<@Nullable Node> heads;
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger sweepAt = new AtomicInteger();

    /// An empty table.
    ///
    /// @param keysMax counters it may hold, 1 or more
    /// @param seed secret that keeps callers from choosing keys that collide
    public LimitTable(int keysMax, long seed) {
        if (keysMax < 1 || keysMax > 1 << 24) {
            throw new IllegalArgumentException("limit table size " + keysMax + " is not in 1..16777216");
        }
        this.keysMax = keysMax;
        this.seed = KeyHash.word(seed, COARSE);
        this.heads = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(1, keysMax / 4) * 2 - 1));
    }

    private static VarHandle stateHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Node.class, "arrivalNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public int keysMax() {
        return keysMax;
    }

    /// How many counters are held now, paid ones that were not swept yet included.
    public int size() {
        return size.get();
    }

    long seed() {
        return seed;
    }

    /// Counts one request.
    ///
    /// @param limit hash of the limit's identity
    /// @param key hash of what is counted by, the limit's identity included
    /// @return the debt in nanoseconds with this request if it is allowed (more than 0), else the debt without it,
    ///     negated (less than 0)
    long take(long limit, long key, CellRate rate, long nowNs) {
        long counter = key;
        for (; ; ) {
            Node node = find(counter);
            if (node == null) {
                if (counter == key && size.get() >= keysMax && !hasRoomAfterSweep(nowNs)) {
                    counter = KeyHash.word(limit, COARSE);
                    continue;
                }
                if (insert(counter, nowNs + rate.intervalNs())) {
                    sweep(SWEPT_PER_NEW_KEY, nowNs);
                    return rate.intervalNs();
                }
                continue;
            }
            long debtNs = take(node, rate, nowNs);
            if (debtNs != 0) {
                return debtNs;
            }
        }
    }

    /// The same on a node; 0 if it changed or died meanwhile.
    private static long take(Node node, CellRate rate, long nowNs) {
        long arrivalNs = node.arrivalNs;
        if (arrivalNs == DEAD) {
            return 0;
        }
        long debtNs = Math.clamp(arrivalNs - nowNs, 0, rate.capacityNs());
        long nextNs = debtNs + rate.intervalNs();
        if (nextNs <= rate.capacityNs()) {
            return STATE.compareAndSet(node, arrivalNs, nowNs + nextNs) ? nextNs : 0;
        }
        // A capacity lowered by a reload caps the debt for good, else it would be capped anew on each request. A small
        // excess comes from another loop's later clock and must not be forgiven.
        boolean isCapped = arrivalNs - nowNs > rate.capacityNs() + CLOCK_SLACK_NS;
        return !isCapped || STATE.compareAndSet(node, arrivalNs, nowNs + debtNs) ? -debtNs : 0;
    }

    private @Nullable Node find(long key) {
        for (Node node = heads.get(chain(key)); node != null; node = node.next) {
            if (node.key == key && node.arrivalNs != DEAD) {
                return node;
            }
        }
        return null;
    }

    /// Adds a counter that starts with one request counted; false if the chain changed meanwhile.
    private boolean insert(long key, long arrivalNs) {
        int chain = chain(key);
        Node head = heads.get(chain);
        for (Node node = head; node != null; node = node.next) {
            if (node.key == key && node.arrivalNs != DEAD) {
                return false;
            }
        }
        if (!heads.compareAndSet(chain, head, new Node(key, arrivalNs, head))) {
            return false;
        }
        size.incrementAndGet();
        return true;
    }

    private boolean hasRoomAfterSweep(long nowNs) {
        sweep(SWEPT_WHEN_FULL, nowNs);
        return size.get() < keysMax;
    }

    private void sweep(int chains, long nowNs) {
        for (int i = 0; i < chains; i++) {
            sweepChain(sweepAt.getAndIncrement() & (heads.length() - 1), nowNs);
        }
    }

    /// Kills and unlinks what is paid. Two threads at neighbouring nodes may relink a dead one: it stays dead, and
    /// the next sweep finds it again.
    private void sweepChain(int chain, long nowNs) {
        Node before = null;
        for (Node node = heads.get(chain); node != null; node = node.next) {
            long arrivalNs = node.arrivalNs;
            boolean isPaid = arrivalNs != DEAD && arrivalNs - nowNs <= 0;
            if (isPaid && STATE.compareAndSet(node, arrivalNs, DEAD)) {
                size.decrementAndGet();
            }
            if (node.arrivalNs != DEAD) {
                before = node;
            } else if (before != null) {
                before.next = node.next;
            } else if (!heads.compareAndSet(chain, node, node.next)) {
                return;
            }
        }
    }

    private int chain(long key) {
        return (int) (key >>> 32) & (heads.length() - 1);
    }

    private static final class Node {
        private final long key;
        private volatile long arrivalNs;
        private volatile @Nullable Node next;

        Node(long key, long arrivalNs, @Nullable Node next) {
            this.key = key;
            this.arrivalNs = arrivalNs;
            this.next = next;
        }
    }
}
