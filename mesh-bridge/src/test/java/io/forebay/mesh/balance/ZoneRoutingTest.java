package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HashKey;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.LocalZone;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The gateway's own zone goes first. Ten endpoints are in it, ten in two others, unless said otherwise.
class ZoneRoutingTest {
    private static final long NOW_NS = 42;
    private static final int CALLS = 20_000;
    private static final HealthCheck.Active CHECK = new HealthCheck.Active(1, 1, 1, 1, new HealthCheck.Probe.Tcp());
    private static final LocalZone HERE = new LocalZone("here", 0);

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Random random = new Random(7);

    ZoneRoutingTest() {
        add(10, "here");
        add(5, "there");
        add(5, "beyond");
    }

    private void add(int count, String zone) {
        for (int i = 0; i < count; i++) {
            endpoints.add(new Endpoint(zone + i, 80).inZone(zone));
        }
    }

    private BackendGuard guard(Balance balance, LocalZone zone, int panicPercent) {
        return BackendGuard.fresh(
                new Backend(
                        new BackendId("n", "b"),
                        endpoints,
                        BackendLimits.DEFAULT,
                        new LoadBalancer(balance, 0, null, zone),
                        new HealthCheck(CHECK, null, panicPercent)),
                BreakerSettings.DEFAULT,
                NOW_NS);
    }

    private static void down(BackendGuard guard, int from, int count) {
        for (int place = from; place < from + count; place++) {
            guard.healths().get(place).onProbe(false, CHECK, NOW_NS);
        }
    }

    /// The share of each zone, in percent.
    private Map<String, Integer> shares(BackendGuard guard) {
        LoopBackend loop = LoopBackend.of(guard);
        Map<String, Integer> calls = new TreeMap<>();
        for (int call = 0; call < CALLS; call++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, random.nextLong(), 0));
            calls.merge(requireNonNull(chosen.endpoint().zone()), 1, Integer::sum);
            chosen.succeeded(chosen.permit(), NOW_NS);
        }
        calls.replaceAll((zone, count) -> Math.round(count * 100f / CALLS));
        return calls;
    }

    private static int of(Map<String, Integer> shares, String zone) {
        return shares.getOrDefault(zone, 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"CONSISTENT_HASH"},
            mode = EnumSource.Mode.EXCLUDE)
    void ownZoneTakesAllCalls(Balance balance) {
        assertThat(shares(guard(balance, HERE, 0))).containsOnlyKeys("here");
    }

    @ParameterizedTest
    @CsvSource({"2,100", "3,98", "5,70", "8,28", "10,0"})
    void ownZoneTakesWhatItsHealthyEndpointsCanBear(int down, int percent) {
        for (Balance balance : List.of(Balance.ROUND_ROBIN, Balance.LEAST_REQUEST, Balance.PEAK_EWMA)) {
            BackendGuard guard = guard(balance, HERE, 0);
            down(guard, 0, down);
            Map<String, Integer> shares = shares(guard);
            assertThat(of(shares, "here")).as(balance.toString()).isBetween(percent - 2, percent + 2);
            assertThat(of(shares, "there") - of(shares, "beyond"))
                    .as("the others share the rest")
                    .isBetween(-3, 3);
        }
    }

    /// 1.4 times a half of the one, and 1.4 times a fifth of the other, are less than all: each gets its part of that.
    @Test
    void whereNoZoneIsWellEachGetsWhatItCanBear() {
        BackendGuard guard = guard(Balance.LEAST_REQUEST, HERE, 0);
        down(guard, 0, 6);
        down(guard, 10, 8);
        assertThat(of(shares(guard), "here")).isBetween(56 * 100 / 84 - 2, 56 * 100 / 84 + 3);
    }

    @Test
    void ownZoneTakesAllCallsWhereItIsForcedTo() {
        BackendGuard guard = guard(Balance.LEAST_REQUEST, new LocalZone("here", 2), 0);
        down(guard, 0, 8);
        assertThat(shares(guard)).containsOnlyKeys("here");
        down(guard, 8, 1);
        assertThat(of(shares(guard), "here"))
                .as("one is not enough, and bears what it can")
                .isBetween(12, 16);
    }

    @Test
    void panicGoesBeforeZones() {
        BackendGuard guard = guard(Balance.LEAST_REQUEST, HERE, 50);
        down(guard, 10, 10);
        assertThat(shares(guard)).as("a half is healthy").containsOnlyKeys("here");
        down(guard, 0, 1);
        assertThat(guard.isPanic(NOW_NS)).isTrue();
        assertThat(shares(guard)).containsOnlyKeys("beyond", "here", "there");
    }

    @Test
    void callThatOwnZoneCouldNotServeIsTriedElsewhere() {
        LoopBackend loop = LoopBackend.of(guard(Balance.LEAST_REQUEST, HERE, 0));
        long tried = 0;
        for (int attempt = 0; attempt < 10; attempt++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, random.nextLong(), tried));
            assertThat(chosen.endpoint().zone()).isEqualTo("here");
            tried |= chosen.bit();
        }
        LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, random.nextLong(), tried));
        assertThat(chosen.endpoint().zone()).isNotEqualTo("here");
    }

    @Test
    void priorityGoesBeforeZones() {
        endpoints.replaceAll(endpoint ->
                new Endpoint(endpoint.host(), 80, 1, "there".equals(endpoint.zone()) ? 0 : 1).inZone(endpoint.zone()));
        assertThat(shares(guard(Balance.ROUND_ROBIN, HERE, 0))).containsOnlyKeys("there");
    }

    @Test
    void whereOwnZoneHasNoEndpointAllAreAlike() {
        assertThat(shares(guard(Balance.ROUND_ROBIN, new LocalZone("nowhere", 0), 0)))
                .containsOnlyKeys("beyond", "here", "there");
    }

    @Test
    void endpointsWithoutWeightCountForNothing() {
        endpoints.replaceAll(endpoint ->
                new Endpoint(endpoint.host(), 80, endpoint.host().equals("here0") ? 1 : 0).inZone(endpoint.zone()));
        endpoints.set(19, new Endpoint("beyond9", 80).inZone("beyond"));
        assertThat(shares(guard(Balance.ROUND_ROBIN, HERE, 0))).containsOnlyKeys("here");
    }

    @Test
    void hashedRequestsHaveNoZone() {
        assertThatThrownBy(() -> new LoadBalancer(Balance.CONSISTENT_HASH, 0, new HashKey.SourceIp(), HERE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
