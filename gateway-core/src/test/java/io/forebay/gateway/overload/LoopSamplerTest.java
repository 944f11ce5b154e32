package io.forebay.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopSamplerTest {
    private static final long LATE_NS = TimeUnit.SECONDS.toNanos(2);

    private final AtomicInteger resets = new AtomicInteger();
    private final List<Boolean> accepting = new ArrayList<>();
    private double memory;
    private long nowNs;
    private final OverloadControl control =
            new OverloadControl(OverloadSettings.DEFAULT, () -> ns -> 0, () -> 0, this::onAcceptChange);

    private void onAcceptChange() {
        accepting.add(control.loopsOn(OverloadStage.STOP_ACCEPTING_CONNECTIONS) == 0);
    }

    private LoopSampler sampler(LoopOverload loop) {
        return new LoopSampler(control, OverloadSettings.DEFAULT, loop, ns -> memory, resets::incrementAndGet, nowNs);
    }

    private void look(LoopSampler sampler, int times, long lateNs) {
        for (int i = 0; i < times; i++) {
            nowNs += LoopSampler.PERIOD_NS + lateNs;
            sampler.look(nowNs);
        }
    }

    @Test
    void lateLoopRefusesRequestsAndAnotherDoesNot() {
        LoopOverload late = new LoopOverload();
        LoopOverload other = new LoopOverload();
        look(sampler(late), 30, LATE_NS);
        look(sampler(other), 30, 0);
        assertThat(late.isOn(OverloadStage.STOP_ACCEPTING_REQUESTS)).isTrue();
        assertThat(other.isOn(OverloadStage.STOP_ACCEPTING_REQUESTS)).isFalse();
        assertThat(control.loopsOn(OverloadStage.STOP_ACCEPTING_REQUESTS)).isEqualTo(1);
        assertThat(control.stages())
                .containsExactly(OverloadStage.STOP_ACCEPTING_REQUESTS, OverloadStage.STOP_ACCEPTING_CONNECTIONS);
    }

    @Test
    void oneLongStallIsOneSample() {
        LoopOverload loop = new LoopOverload();
        LoopSampler sampler = sampler(loop);
        look(sampler, 1, TimeUnit.SECONDS.toNanos(30));
        look(sampler, 3, 0);
        assertThat(loop.level(Pressure.LOOP_LAG)).isLessThan(OverloadLevels.WEIGHT);
        assertThat(control.stages()).isEmpty();
    }

    @Test
    void acceptingStopsWithTheFirstLoopAndBeginsWithTheLast() {
        LoopSampler one = sampler(new LoopOverload());
        LoopSampler two = sampler(new LoopOverload());
        memory = 1;
        look(one, 60, 0);
        nowNs = 0;
        look(two, 60, 0);
        assertThat(accepting).isNotEmpty().containsOnly(false);
        memory = 0;
        look(one, 60, 0);
        assertThat(accepting).endsWith(false);
        look(two, 60, 0);
        assertThat(accepting).endsWith(true);
        assertThat(control.stages()).isEmpty();
    }

    @Test
    void heaviestAreResetAtEachLookWhileTheStageIsOn() {
        LoopSampler sampler = sampler(new LoopOverload());
        look(sampler, 60, 0);
        assertThat(resets).hasValue(0);
        memory = 1;
        look(sampler, 60, 0);
        int before = resets.get();
        assertThat(before).isPositive();
        look(sampler, 2, 0);
        assertThat(resets).hasValue(before + 2);
    }

    @Test
    void whatIsShownIsTheWorstLoop() {
        LoopOverload loop = new LoopOverload();
        control.watch(new io.netty.channel.embedded.EmbeddedChannel().eventLoop(), loop, () -> {});
        memory = 0.5;
        look(sampler(loop), 60, 0);
        assertThat(control.level(Pressure.MEMORY)).isBetween(0.49, 0.51);
        assertThat(control.pressures()).isEqualTo("memory 0.50, loop-lag 0.00, connections 0.00");
    }
}
