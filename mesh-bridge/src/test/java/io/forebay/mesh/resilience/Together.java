package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs one action on several threads that start at the same moment, and fails if any of them failed.
final class Together {
    private static final long JOIN_MS = 20_000;

    private Together() {}

    static void run(int threads, Runnable action) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(Thread.ofPlatform().daemon().start(() -> {
                try {
                    start.await();
                    action.run();
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join(JOIN_MS);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(failure.get()).isNull();
    }
}
