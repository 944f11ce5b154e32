package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.forebay.mesh.resilience.GuardTable;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopBackendTest {
    private static final BackendId MENU = new BackendId("shop", "menu");
    private static final long NOW_NS = 42;
    private static final long DUE_NS = NOW_NS + TimeUnit.SECONDS.toNanos(13);
    /// Draws the first ready endpoint, then the first of the others.
    private static final long DRAW_FIRST = 0;

    private static final long ANYTHING = 0x9e3779b97f4a7c15L;

    private static BackendGuard guard(Balance balance, Endpoint... endpoints) {
        Backend backend = new Backend(MENU, List.of(endpoints), BackendLimits.DEFAULT, balance);
        return BackendGuard.fresh(backend, BreakerSettings.DEFAULT, NOW_NS);
    }

    private static LoopBackend loop(Balance balance, Endpoint... endpoints) {
        return LoopBackend.of(guard(balance, endpoints));
    }

    private static LoopEndpoint picked(LoopBackend loop, long random) {
        return requireNonNull(loop.pick(NOW_NS, random, 0));
    }

    private static String hosts(LoopBackend loop, int picks) {
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < picks; i++) {
            LoopEndpoint chosen = picked(loop, i * ANYTHING);
            hosts.append(chosen.endpoint().host());
            chosen.succeeded(chosen.permit(), NOW_NS);
        }
        return hosts.toString();
    }

    private static void open(CircuitBreaker breaker) {
        for (int i = 0; i < 5; i++) {
            breaker.onFailure(breaker.tryAcquire(NOW_NS), NOW_NS, 0, null);
        }
    }

    @Test
    void roundRobinTakesEachInTurn() {
        LoopBackend loop =
                loop(Balance.ROUND_ROBIN, new Endpoint("a", 80), new Endpoint("b", 80), new Endpoint("c", 80));
        assertThat(hosts(loop, 7)).isEqualTo("abcabca");
    }

    @Test
    void roundRobinInterleavesByWeight() {
        LoopBackend loop =
                loop(Balance.ROUND_ROBIN, new Endpoint("a", 80, 5), new Endpoint("b", 80, 1), new Endpoint("c", 80, 1));
        assertThat(hosts(loop, 14)).isEqualTo("aabacaa".repeat(2));
    }

    @ParameterizedTest
    @EnumSource
    void anOpenBreakerIsPassedOver(Balance balance) {
        LoopBackend loop = loop(balance, new Endpoint("a", 80), new Endpoint("b", 80), new Endpoint("c", 80));
        open(loop.guard().breakers().getFirst());
        assertThat(hosts(loop, 30)).doesNotContain("a").contains("b");
    }

    @ParameterizedTest
    @EnumSource
    void weightZeroGetsNothing(Balance balance) {
        LoopBackend loop = loop(balance, new Endpoint("a", 80, 0), new Endpoint("b", 80), new Endpoint("c", 80));
        assertThat(hosts(loop, 30)).doesNotContain("a");
        assertThat(loop(balance, new Endpoint("a", 80, 0)).pick(NOW_NS, 0, 0)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void noEndpointIsReadyWhenAllAreOpenOrTried(Balance balance) {
        LoopBackend loop = loop(balance, new Endpoint("a", 80), new Endpoint("b", 80));
        open(loop.guard().breakers().getFirst());
        LoopEndpoint only = picked(loop, DRAW_FIRST);
        assertThat(only.endpoint().host()).isEqualTo("b");
        assertThat(loop.pick(NOW_NS, 0, only.bit())).isNull();
    }

    @Test
    void aBackendWithoutEndpointsHasNoneReady() {
        assertThat(loop(Balance.LEAST_REQUEST).pick(NOW_NS, 0, 0)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasTriedIsNotPickedAgain(Balance balance) {
        LoopBackend loop = loop(balance, new Endpoint("a", 80), new Endpoint("b", 80), new Endpoint("c", 80));
        long tried = 0;
        for (int i = 0; i < 3; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, 0, tried));
            assertThat(tried & chosen.bit()).isZero();
            tried |= chosen.bit();
        }
        assertThat(loop.pick(NOW_NS, 0, tried)).isNull();
    }

    @Test
    void leastRequestTakesTheLessBusyOfTheTwoDrawn() {
        LoopBackend loop = loop(Balance.LEAST_REQUEST, new Endpoint("a", 80), new Endpoint("b", 80));
        LoopEndpoint first = picked(loop, DRAW_FIRST);
        LoopEndpoint second = picked(loop, DRAW_FIRST);
        assertThat(first.endpoint().host()).isEqualTo("a");
        assertThat(second.endpoint().host()).isEqualTo("b");
        second.abandoned(second.permit(), NOW_NS);
        assertThat(picked(loop, DRAW_FIRST).endpoint().host()).isEqualTo("b");
    }

    @Test
    void leastRequestMeasuresLoadAgainstWeight() {
        LoopBackend loop = loop(Balance.LEAST_REQUEST, new Endpoint("a", 80, 3), new Endpoint("b", 80, 1));
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            hosts.append(picked(loop, DRAW_FIRST).endpoint().host());
        }
        assertThat(hosts.chars().filter(host -> host == 'a').count()).isEqualTo(6);
    }

    @Test
    void aDueProbeIsOneCallAndTheOthersGoElsewhere() {
        LoopBackend loop = loop(Balance.ROUND_ROBIN, new Endpoint("a", 80), new Endpoint("b", 80));
        open(loop.guard().breakers().getFirst());
        LoopEndpoint probed = requireNonNull(loop.pick(DUE_NS, 0, 0));
        long probe = probed.permit();
        assertThat(probed.endpoint().host()).isEqualTo("a");
        assertThat(CircuitBreaker.isProbe(probe)).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(requireNonNull(loop.pick(DUE_NS, 0, 0)).endpoint().host())
                    .isEqualTo("b");
        }
        probed.succeeded(probe, NOW_NS);
        assertThat(requireNonNull(loop.pick(DUE_NS, 0, 2)).endpoint().host()).isEqualTo("a");
    }

    @Test
    void fiveFailedCallsTakeTheEndpointOut() {
        LoopBackend loop = loop(Balance.ROUND_ROBIN, new Endpoint("a", 80));
        for (int i = 0; i < 4; i++) {
            LoopEndpoint chosen = picked(loop, DRAW_FIRST);
            assertThat(chosen.failed(chosen.permit(), NOW_NS, 0)).isFalse();
        }
        LoopEndpoint fifth = picked(loop, DRAW_FIRST);
        assertThat(fifth.failed(fifth.permit(), NOW_NS, 0)).isTrue();
        assertThat(loop.pick(NOW_NS, 0, 0)).isNull();
    }

    @Test
    void callsInFlightAreStillCountedAfterAReload() {
        GuardTable first = GuardTable.EMPTY.next(
                BackendSnapshot.of(
                        1, List.of(new Backend(MENU, List.of(new Endpoint("a", 80), new Endpoint("b", 80))))),
                BreakerSettings.DEFAULT,
                NOW_NS);
        GuardTable second = first.next(
                BackendSnapshot.of(
                        2, List.of(new Backend(MENU, List.of(new Endpoint("b", 80), new Endpoint("a", 80))))),
                BreakerSettings.DEFAULT,
                NOW_NS);
        LoopBackend before = LoopBackend.of(requireNonNull(first.guard(MENU)));
        LoopEndpoint running = picked(before, DRAW_FIRST);
        LoopBackend after = before.next(requireNonNull(second.guard(MENU)));
        LoopEndpoint b = picked(after, DRAW_FIRST);
        assertThat(b.endpoint().host()).isEqualTo("b");
        b.succeeded(b.permit(), NOW_NS);
        running.succeeded(running.permit(), NOW_NS);
        LoopEndpoint again = requireNonNull(after.pick(NOW_NS, 0, b.bit()));
        assertThat(again.endpoint().host()).isEqualTo("a");
        assertThat(again.callsInFlight()).isEqualTo(1);
    }

    @Test
    void settlingACallTwiceIsAFault() {
        LoopEndpoint chosen = picked(loop(Balance.ROUND_ROBIN, new Endpoint("a", 80)), DRAW_FIRST);
        long permit = chosen.permit();
        chosen.succeeded(permit, NOW_NS);
        assertThatIllegalStateException()
                .isThrownBy(() -> chosen.succeeded(permit, NOW_NS))
                .withMessage("more calls to a:80 settled than were picked");
    }

    @ParameterizedTest
    @EnumSource
    void pickingAndSettlingAllocateNothing(Balance balance) {
        LoopBackend loop = loop(balance, new Endpoint("a", 80), new Endpoint("b", 80), new Endpoint("c", 80, 2));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long leastBytes = Long.MAX_VALUE;
        // Linking and profiling allocate now and then; what a pick itself allocates shows in every round.
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            pickAndSettle(loop, 10_000);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).isZero();
    }

    private static void pickAndSettle(LoopBackend loop, int times) {
        long random = 1;
        for (int i = 0; i < times; i++) {
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, random, 0));
            if (i % 3 == 0) {
                chosen.failed(chosen.permit(), NOW_NS, random);
            } else {
                chosen.succeeded(chosen.permit(), NOW_NS);
            }
            if (i % 3 == 0) {
                LoopEndpoint healed = requireNonNull(loop.pick(NOW_NS, random, 0));
                healed.succeeded(healed.permit(), NOW_NS);
            }
        }
    }
}
