package io.forebay.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTablePropertyTest {

    private static final long SECOND = 1_000_000_000L;

    /// In any window of length W at most `burst + W * rate` requests pass.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void noScheduleExceedsTheRateInAnyWindow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long requests = 1 + random.nextLong(50);
        long burst = 1 + random.nextLong(30);
        CellRate rate = CellRate.of(requests, SECOND, burst);
        LimitTable table = new LimitTable(100, seed);
        List<Long> passed = new ArrayList<>();
        long now = random.nextLong(-SECOND, SECOND);
        for (int i = 0; i < 3_000; i++) {
            long step = random.nextInt(4) == 0 ? random.nextLong(SECOND) : random.nextLong(rate.intervalNs() + 1);
            now += random.nextInt(3) == 0 ? 0 : step;
            boolean allowed = table.take(1, 1, rate, now) > 0;
            if (allowed) {
                passed.add(now);
            }
        }
        assertThat(passed).hasSizeGreaterThan(10);
        for (int from = 0; from < passed.size(); from++) {
            for (int to = from; to < passed.size(); to += 1 + to / 50) {
                long window = passed.get(to) - passed.get(from);
                assertThat((long) to - from + 1)
                        .as("seed %d, requests within %d ns", seed, window)
                        .isLessThanOrEqualTo(burst + window * requests / SECOND);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tableAgreesWithAPlainModelOfManyKeys(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CellRate rate = CellRate.of(10, SECOND, 4);
        LimitTable table = new LimitTable(64, seed);
        Map<Long, Long> arrivals = new HashMap<>();
        long now = 0;
        for (int i = 0; i < 50_000; i++) {
            now += random.nextLong(SECOND / 100);
            long key = random.nextLong(30) << 32 | 5;
            long arrival = Math.max(now, arrivals.getOrDefault(key, now));
            boolean expected = arrival + rate.intervalNs() - now <= rate.capacityNs();
            long debt = table.take(1, key, rate, now);
            if (expected) {
                arrivals.put(key, arrival + rate.intervalNs());
            }
            assertThat(debt)
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo(expected ? arrival + rate.intervalNs() - now : now - arrival);
        }
        assertThat(table.size()).isLessThanOrEqualTo(31);
    }

    @Test
    void loopsTogetherGetExactlyTheBurst() throws InterruptedException {
        CellRate rate = CellRate.of(1, 3_600 * SECOND, 5_000);
        LimitTable table = new LimitTable(1_000, 3);
        LongAdder allowed = new LongAdder();
        run(4, thread -> {
            for (int i = 0; i < 10_000; i++) {
                if (table.take(1, i % 4, rate, 0) > 0) {
                    allowed.increment();
                }
            }
        });
        assertThat(allowed.sum()).isEqualTo(4 * 5_000);
        assertThat(table.size()).isEqualTo(4);
    }

    /// Each round brings four new keys, whose inserts sweep what the last rounds left, while other threads still count
    /// on it. Time stands still within a round, so a round passes exactly one burst for each of its eight keys,
    /// whatever the interleaving of inserts, takes and sweeps.
    @Test
    void keysThatAreSweptAndReturnAreNeverCountedTwice() throws InterruptedException {
        CellRate rate = CellRate.of(1_000, SECOND, 2);
        LimitTable table = new LimitTable(16, 11);
        List<String> failures = new ArrayList<>();
        for (int round = 0; round < 400; round++) {
            long now = round * SECOND;
            int firstKey = 4 * round;
            LongAdder allowed = new LongAdder();
            run(4, thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int i = 0; i < 200; i++) {
                    long key = firstKey + (i + random.nextLong(2)) % 8;
                    if (table.take(1, key << 32, rate, now) > 0) {
                        allowed.increment();
                    }
                }
            });
            if (allowed.sum() != 16 || table.size() > 16) {
                failures.add("round " + round + ": " + allowed.sum() + " passed, " + table.size() + " counters");
            }
        }
        assertThat(failures).isEmpty();
    }

    /// One thread takes twice at each tick from a counter that is always just paid, another makes the table sweep at
    /// the same ticks: whoever wins the counter, exactly one of the two requests passes.
    @Test
    void sweepNeverForgetsARequestThatWasJustCounted() throws InterruptedException {
        long intervalNs = 1_000;
        int ticks = 300_000;
        CellRate rate = CellRate.of(1, intervalNs, 1);
        LimitTable table = new LimitTable(8, 5);
        AtomicLong now = new AtomicLong();
        LongAdder wrong = new LongAdder();
        run(2, thread -> {
            if (thread == 0) {
                SplittableRandom random = new SplittableRandom(17);
                for (int tick = 1; tick <= ticks; tick++) {
                    now.set(tick * intervalNs);
                    for (int spins = random.nextInt(32); spins > 0; spins--) {
                        Thread.onSpinWait(); // lets the sweep reach the counter at any moment of the take
                    }
                    boolean first = table.take(1, 1L << 32, rate, tick * intervalNs) > 0;
                    boolean second = table.take(1, 1L << 32, rate, tick * intervalNs) > 0;
                    if (!first || second) {
                        wrong.increment();
                    }
                }
                now.set(Long.MAX_VALUE);
            } else {
                for (long at = now.get(), key = 2; at != Long.MAX_VALUE; at = now.get(), key++) {
                    table.take(2, key << 32, rate, at);
                }
            }
        });
        assertThat(wrong.sum()).isZero();
    }

    @Test
    void intervalIsRoundedUpSoThatTheRateIsNotExceeded() {
        assertThat(CellRate.of(3, SECOND, 1).intervalNs()).isEqualTo(333_333_334);
        assertThat(CellRate.of(4, SECOND, 2)).isEqualTo(new CellRate(250_000_000, 500_000_000));
    }

    private interface Work {
        void run(int thread);
    }

    private static void run(int threads, Work work) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            started.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                work.run(number);
            }));
        }
        start.countDown();
        for (Thread thread : started) {
            thread.join();
        }
    }
}
