package io.forebay.main.process.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Actors at work, all at once, until the gateway is gone or they are told to stop.
final class Crowd {
    private static final int PAUSE_MS_SPAN = 100;
    private static final long NS_PER_MS = 1_000_000;

    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private volatile boolean isOver;

    static Crowd start(List<? extends Actor> actors, Session session, Random random) {
        Crowd crowd = new Crowd();
        for (Actor actor : actors) {
            Random own = new Random(random.nextLong());
            crowd.threads.add(Thread.ofVirtual().start(() -> crowd.act(actor, session, own)));
        }
        return crowd;
    }

    private void act(Actor actor, Session session, Random random) {
        try {
            while (!isOver) {
                actor.step(session);
                if (random.nextBoolean()) {
                    LockSupport.parkNanos(random.nextInt(PAUSE_MS_SPAN) * NS_PER_MS);
                }
            }
        } catch (IOException gone) {
            // The next life has actors anew.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    /// No more steps: waits until each has made its last, or has noticed that the gateway is gone.
    void finish() throws InterruptedException {
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                AssertionError error = new AssertionError(failures.size() + " actors failed", failures.getFirst());
                failures.forEach(error::addSuppressed);
                throw error;
            }
        }
    }
}
