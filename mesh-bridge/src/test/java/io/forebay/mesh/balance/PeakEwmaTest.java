package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.CircuitBreaker;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long MS = 1_000_000;

    private static BackendGuard guard(Endpoint... endpoints) {
        Backend backend =
                new Backend(new BackendId("n", "b"), List.of(endpoints), BackendLimits.DEFAULT, Balance.PEAK_EWMA);
        return BackendGuard.fresh(backend, BreakerSettings.DEFAULT, 0);
    }

    private static LoopEndpoint pick(LoopBackend loop, long nowNs, long random) {
        return requireNonNull(loop.pick(nowNs, random, 0));
    }

    /// One call at a time.
    private static void serve(LoopEndpoint endpoint, long tookNs, long nowNs) {
        endpoint.answered(tookNs, nowNs);
        endpoint.succeeded(endpoint.permit(), nowNs);
    }

    @Test
    void theEndpointThatAnswersSoonerGetsTheCalls() {
        LoopBackend loop = LoopBackend.of(guard(new Endpoint("fast", 1), new Endpoint("slow", 1)));
        SplittableRandom random = new SplittableRandom(5);
        int fast = 0;
        long nowNs = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNs += MS;
            LoopEndpoint chosen = pick(loop, nowNs, random.nextLong());
            boolean isFast = chosen.endpoint().host().equals("fast");
            fast += isFast ? 1 : 0;
            serve(chosen, isFast ? 2 * MS : 200 * MS, nowNs);
        }
        assertThat(fast).isGreaterThan(980);
    }

    @Test
    void oneThatWasSlowIsAskedAgainWhenThatIsLongAgo() {
        LoopBackend loop = LoopBackend.of(guard(new Endpoint("fast", 1), new Endpoint("slow", 1)));
        LoopEndpoint slow = pick(loop, 0, 1L << 31);
        serve(slow, 200 * MS, 0);
        long nowNs = 0;
        int asked = 0;
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 120; i++) {
            nowNs += TimeUnit.SECONDS.toNanos(1);
            LoopEndpoint chosen = pick(loop, nowNs, random.nextLong());
            asked += chosen.bit() == slow.bit() ? 1 : 0;
            serve(chosen, 2 * MS, nowNs);
        }
        assertThat(asked).isPositive();
    }

    @Test
    void whoFailsFastIsNotTakenForFast() {
        LoopBackend loop = LoopBackend.of(guard(new Endpoint("good", 1), new Endpoint("bad", 1)));
        SplittableRandom random = new SplittableRandom(9);
        int bad = 0;
        long nowNs = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNs += MS;
            LoopEndpoint chosen = pick(loop, nowNs, random.nextLong());
            if (chosen.endpoint().host().equals("bad")) {
                bad++;
                // Not counted by the breaker, which would end this at the fifth.
                chosen.failed(CircuitBreaker.UNCOUNTED, nowNs, 0);
            } else {
                serve(chosen, 20 * MS, nowNs);
            }
        }
        assertThat(bad).isBetween(1, 4);
    }

    @Test
    void whoHasNotAnsweredYetGetsOneCallAtATime() {
        LoopBackend loop = LoopBackend.of(guard(new Endpoint("known", 1), new Endpoint("new", 1)));
        LoopEndpoint known = pick(loop, 0, 0);
        serve(known, 50 * MS, 0);
        int toNew = 0;
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100; i++) {
            toNew += pick(loop, 0, random.nextLong()).bit() == known.bit() ? 0 : 1;
        }
        assertThat(toNew).isEqualTo(1);
    }

    @Test
    void callsInFlightCountAsMuchAsTime() {
        LoopBackend loop = LoopBackend.of(guard(new Endpoint("a", 1), new Endpoint("b", 1)));
        LoopEndpoint a = pick(loop, 0, 0);
        serve(a, 10 * MS, 0);
        LoopEndpoint b = pick(loop, 0, 0);
        assertThat(b.bit()).isNotEqualTo(a.bit());
        serve(b, 30 * MS, 0);
        SplittableRandom random = new SplittableRandom(8);
        int toA = 0;
        for (int i = 0; i < 40; i++) {
            toA += pick(loop, 0, random.nextLong()).bit() == a.bit() ? 1 : 0;
        }
        assertThat(toA).isEqualTo(30);
    }

    @Test
    void answerTimesOutliveAReload() {
        BackendGuard guard = guard(new Endpoint("a", 1), new Endpoint("b", 1));
        LoopBackend before = LoopBackend.of(guard);
        LoopEndpoint a = pick(before, 0, 0);
        serve(a, 500 * MS, 0);
        LoopEndpoint b = pick(before, 0, 0);
        serve(b, MS, 0);
        LoopBackend after = before.next(guard);
        for (long random = 0; random < 20; random++) {
            LoopEndpoint chosen = pick(after, 0, random << 60);
            assertThat(chosen.bit()).isEqualTo(b.bit());
            chosen.succeeded(chosen.permit(), 0);
        }
    }
}
