package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.resilience.CircuitBreaker.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The packed word against a model with plain fields, driven by the same random calls.
class CircuitBreakerPropertyTest {
    private static final int STEPS = 20_000;
    private static final BreakerSettings SETTINGS =
            new BreakerSettings(3, 1_024_000, 3_072_000, 2_000_000, 512_000, 2_048_000);

    static long[] seeds() {
        long fresh = System.nanoTime();
        return new long[] {1, 2, 3, 4, 5, fresh};
    }

    /// A call under way, as the model and as the breaker know it.
    private record Call(long era, boolean isProbe, long permit) {}

    private static final class Model {
        Phase phase = Phase.CLOSED;
        long era;
        int failures;
        long openings;
        long closedSinceNs;
        long deadlineTicks;

        boolean isReady(long nowTicks) {
            return phase == Phase.CLOSED || deadlineTicks <= nowTicks;
        }

        boolean owns(Call call) {
            return call.era == era && (call.isProbe ? phase == Phase.HALF_OPEN : phase == Phase.CLOSED);
        }

        void success(Call call, long nowNs) {
            if (owns(call)) {
                closedSinceNs = phase == Phase.CLOSED ? closedSinceNs : nowNs;
                phase = Phase.CLOSED;
                failures = 0;
            }
        }

        boolean failure(Call call, long nowNs, long random) {
            if (!owns(call)) {
                return false;
            }
            failures++;
            if (!call.isProbe && failures < SETTINGS.failuresToOpen()) {
                return false;
            }
            if (phase == Phase.CLOSED) {
                openings = Math.max(0, openings - (nowNs - closedSinceNs) / SETTINGS.forgetNs());
            }
            openings++;
            phase = Phase.OPEN;
            era++;
            failures = 0;
            long jitter = Long.remainderUnsigned(random, SETTINGS.openJitterNs() + 1);
            long openNs = Math.min(SETTINGS.openNs() * openings, SETTINGS.openMaxNs());
            deadlineTicks = (nowNs + openNs + jitter) / 1_024 + 1;
            return true;
        }

        void abandoned(Call call, long nowNs) {
            if (call.isProbe && owns(call)) {
                phase = Phase.OPEN;
                deadlineTicks = nowNs / 1_024;
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theBreakerDoesWhatTheModelDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CircuitBreaker breaker = new CircuitBreaker(SETTINGS, 0);
        Model model = new Model();
        List<Call> calls = new ArrayList<>();
        long nowNs = 0;
        for (int step = 0; step < STEPS; step++) {
            nowNs += random.nextLong(400_000);
            if (calls.isEmpty() || random.nextInt(3) == 0) {
                boolean isExpected = model.isReady(nowNs / 1_024);
                assertThat(breaker.isReady(nowNs)).isEqualTo(isExpected);
                long permit = breaker.tryAcquire(nowNs);
                assertThat(permit != CircuitBreaker.REFUSED).isEqualTo(isExpected);
                if (isExpected) {
                    boolean isProbe = model.phase != Phase.CLOSED;
                    if (isProbe) {
                        model.phase = Phase.HALF_OPEN;
                        model.deadlineTicks = (nowNs + SETTINGS.probeNs()) / 1_024;
                    }
                    calls.add(new Call(model.era, isProbe, permit));
                }
            } else {
                Call call = calls.remove(random.nextInt(calls.size()));
                settle(call, breaker, model, nowNs, random);
            }
            assertThat(breaker.phase()).as("step %d", step).isEqualTo(model.phase);
        }
    }

    private static void settle(Call call, CircuitBreaker breaker, Model model, long nowNs, SplittableRandom random) {
        switch (random.nextInt(5)) {
            case 0 -> {
                breaker.onSuccess(call.permit, nowNs);
                model.success(call, nowNs);
            }
            case 1 -> {
                breaker.onAbandoned(call.permit, nowNs);
                model.abandoned(call, nowNs);
            }
            default -> {
                long jitter = random.nextLong();
                assertThat(breaker.onFailure(call.permit, nowNs, jitter, null))
                        .isEqualTo(model.failure(call, nowNs, jitter));
            }
        }
    }
}
