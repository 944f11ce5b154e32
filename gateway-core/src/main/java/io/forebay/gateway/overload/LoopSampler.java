package io.forebay.gateway.overload;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToDoubleFunction;

/// Looks every [#PERIOD_NS] at how one loop is doing, and moves its stages. A loop that was stalled is looked
/// at once, however many turns it has missed. Runs on its loop.
final class LoopSampler implements Runnable {
    static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Logger LOG = System.getLogger(LoopSampler.class.getName());

    private final OverloadControl control;
    private final OverloadLevels levels;
    private final LoopOverload loop;
    private final LongToDoubleFunction memory;
    private final Runnable resetHeaviest;
    private final long lagMaxNs;
    private long dueNs;

    /// @param nowNs the first look is due one period later
    LoopSampler(
            OverloadControl control,
            OverloadSettings settings,
            LoopOverload loop,
            LongToDoubleFunction memory,
            Runnable resetHeaviest,
            long nowNs) {
        this.control = control;
        this.levels = new OverloadLevels(settings);
        this.loop = loop;
        this.memory = memory;
        this.resetHeaviest = resetHeaviest;
        this.lagMaxNs = settings.lagMaxNs();
        this.dueNs = nowNs + PERIOD_NS;
    }

    void start(EventLoop eventLoop) {
        eventLoop.scheduleWithFixedDelay(this, PERIOD_NS, PERIOD_NS, TimeUnit.NANOSECONDS);
    }

    /// A task that throws once would never run again.
    @Override
    public void run() {
        try {
            look(System.nanoTime());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the load of a loop could not be looked at", e);
        }
        dueNs = System.nanoTime() + PERIOD_NS;
    }

    void look(long nowNs) {
        double lag = (double) Math.max(0, nowNs - dueNs) / lagMaxNs;
        int before = loop.bits();
        int now = levels.sample(memory.applyAsDouble(nowNs), lag, control.connections());
        loop.set(now, levels);
        dueNs = nowNs + PERIOD_NS;
        if (now != before) {
            control.changed(before, now);
        }
        if (loop.isOn(OverloadStage.STOP_ACCEPTING_CONNECTIONS)) {
            control.staysShut();
        }
        if (loop.isOn(OverloadStage.RESET_HEAVIEST_STREAMS)) {
            resetHeaviest.run();
        }
    }
}
