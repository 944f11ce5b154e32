package io.forebay.main.process.crash;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A worker that is mostly good: it completes jobs, beats, fails, gives back, keeps leases over a crash of the gateway,
/// forgets some, and now and then reports under a lease that is over.
final class Worker implements Actor {
    private static final int LEASES_MAX = 2;
    private static final int WAIT_SECONDS = 1;
    private static final int HELD_MAX = 4;
    private static final int OVER_MAX = 50;
    private static final int PER_CENT = 100;

    private final Random random;
    /// To be reported yet.
    private final Deque<Lease> held = new ArrayDeque<>();
    /// No lease of these is valid any more, but for those that were forgotten a moment ago.
    private final Deque<Lease> over = new ArrayDeque<>();

    private @Nullable Session before;

    Worker(Random random) {
        this.random = random;
    }

    @Override
    public void step(Session session) throws IOException, InterruptedException {
        if (before != session) {
            before = session;
            reportLate(session, over.pollFirst());
            reportLate(session, over.pollLast());
            while (!held.isEmpty()) {
                end(session, Verb.COMPLETE);
            }
        }
        if (held.size() > HELD_MAX || (!held.isEmpty() && random.nextInt(PER_CENT) < 20)) {
            end(session, Verb.COMPLETE);
        }
        for (Lease lease : LeaseCalls.take(session, LEASES_MAX, WAIT_SECONDS)) {
            held.addFirst(lease);
            treat(session, lease);
        }
    }

    private void treat(Session session, Lease lease) throws IOException, InterruptedException {
        int chance = random.nextInt(PER_CENT);
        if (chance < 25) {
            // Held until later, over a crash perhaps.
            held.addLast(held.removeFirst());
        } else if (chance < 32 && lease.epoch() == 1) {
            forget(held.removeFirst());
        } else if (chance < 42) {
            end(session, Verb.FAIL);
        } else if (chance < 52) {
            end(session, Verb.RELEASE);
        } else {
            if (chance < 76) {
                LeaseCalls.renew(session, lease);
            }
            end(session, Verb.COMPLETE);
        }
    }

    /// A report that is not answered is made again, as long as it takes.
    private void end(Session session, Verb verb) throws IOException, InterruptedException {
        Lease lease = held.getFirst();
        LeaseCalls.report(session, lease, verb);
        forget(held.removeFirst());
    }

    private void forget(Lease lease) {
        over.addFirst(lease);
        if (over.size() > OVER_MAX) {
            over.removeLast();
        }
    }

    /// Says once more what was said before the crash.
    private static void reportLate(Session session, @Nullable Lease late) throws IOException, InterruptedException {
        if (late != null) {
            LeaseCalls.report(session, late, Verb.COMPLETE);
        }
    }

    /// Once all is over: whatever leases there were.
    void reportAllLate(Session session) throws IOException, InterruptedException {
        over.addAll(held);
        held.clear();
        while (!over.isEmpty()) {
            reportLate(session, over.pollFirst());
        }
    }
}
