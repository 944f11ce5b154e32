package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BalancePropertyTest {
    static long[] seeds() {
        return new long[] {1, 2, 3, 4, 5, 6, 7, 8, System.nanoTime()};
    }

    private static List<Endpoint> endpoints(SplittableRandom random) {
        List<Endpoint> endpoints = new ArrayList<>();
        int count = 2 + random.nextInt(Backend.ENDPOINTS_MAX - 1);
        for (int i = 0; i < count; i++) {
            endpoints.add(new Endpoint("e" + i, 80, 1 + random.nextInt(20)));
        }
        return endpoints;
    }

    private static LoopBackend loop(Balance balance, List<Endpoint> endpoints) {
        Backend backend = new Backend(new BackendId("n", "b"), endpoints, BackendLimits.DEFAULT, balance);
        return LoopBackend.of(BackendGuard.fresh(backend, BreakerSettings.DEFAULT, 0));
    }

    private static int indexOf(LoopEndpoint chosen) {
        return Long.numberOfTrailingZeros(chosen.bit());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void roundRobinIsExactOverOneTurnOfAllWeights(long seed) {
        List<Endpoint> endpoints = endpoints(new SplittableRandom(seed));
        LoopBackend loop = loop(Balance.ROUND_ROBIN, endpoints);
        int turn = endpoints.stream().mapToInt(Endpoint::weight).sum();
        int[] counts = new int[endpoints.size()];
        for (int i = 0; i < turn; i++) {
            counts[indexOf(requireNonNull(loop.pick(0, 0, 0)))]++;
        }
        assertThat(counts)
                .containsExactly(endpoints.stream().mapToInt(Endpoint::weight).toArray());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void leastRequestSharesIdleEndpointsByWeight(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Endpoint> endpoints = endpoints(random);
        LoopBackend loop = loop(Balance.LEAST_REQUEST, endpoints);
        int picks = 100_000;
        int[] counts = new int[endpoints.size()];
        for (int i = 0; i < picks; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(0, random.nextLong(), 0));
            counts[indexOf(chosen)]++;
            chosen.succeeded(chosen.permit(), 0);
        }
        double sum = endpoints.stream().mapToInt(Endpoint::weight).sum();
        for (int i = 0; i < counts.length; i++) {
            double share = endpoints.get(i).weight() / sum;
            double sigma = Math.sqrt(share * (1 - share) / picks);
            assertThat(counts[i] / (double) picks).isCloseTo(share, within(6 * sigma));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void leastRequestKeepsTheBusiestNearTheAverage(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            endpoints.add(new Endpoint("e" + i, 80));
        }
        LoopBackend loop = loop(Balance.LEAST_REQUEST, endpoints);
        int inFlight = 320;
        int highest = 0;
        ArrayDeque<LoopEndpoint> running = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(0, random.nextLong(), 0));
            running.add(chosen);
            if (running.size() > inFlight) {
                LoopEndpoint done = running.remove();
                done.succeeded(done.permit(), 0);
            }
            highest = Math.max(highest, chosen.callsInFlight());
        }
        // One random choice would put about 20 on the busiest of 32 at an average of 10.
        assertThat(highest).isBetween(10, 15);
    }
}
