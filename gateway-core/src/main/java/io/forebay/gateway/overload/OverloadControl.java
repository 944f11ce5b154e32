package io.forebay.gateway.overload;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.DoubleSupplier;
import java.util.function.LongToDoubleFunction;
import java.util.function.Supplier;

/// Load shedding of the whole process: each loop sheds by itself, this counts on how many loops a stage is on, logs
/// when the first begins and the last ends, and stops the accepting of connections, which is one for all loops.
public final class OverloadControl {
    private static final Logger LOG = System.getLogger(OverloadControl.class.getName());

    private final OverloadSettings settings;
    private final Supplier<LongToDoubleFunction> memory;
    private final DoubleSupplier connections;
    private final Runnable onAcceptChange;
    private final AtomicIntegerArray loopsOn = new AtomicIntegerArray(OverloadStage.values().length);
    private final List<LoopOverload> loops = new CopyOnWriteArrayList<>();

    /// @param memory makes for each loop what it asks ten times a second: by `nowNs`, the pressure of memory
    /// @param connections the same of open connections
    /// @param onAcceptChange whether connections may be accepted has changed; called on some loop
    public OverloadControl(
            OverloadSettings settings,
            Supplier<LongToDoubleFunction> memory,
            DoubleSupplier connections,
            Runnable onAcceptChange) {
        this.settings = settings;
        this.memory = memory;
        this.connections = connections;
        this.onAcceptChange = onAcceptChange;
    }

    /// Begins to look at a loop; nothing is looked at where no stage can begin. Any thread.
    ///
    /// @param resetHeaviest resets the loop's heaviest streams; called on the loop while that stage is on
    public void watch(EventLoop eventLoop, LoopOverload loop, Runnable resetHeaviest) {
        loops.add(loop);
        if (!settings.thresholds().isEmpty()) {
            new LoopSampler(this, settings, loop, memory.get(), resetHeaviest, System.nanoTime()).start(eventLoop);
        }
    }

    double connections() {
        return connections.getAsDouble();
    }

    /// The stages of one loop have changed. On that loop.
    void changed(int before, int now) {
        for (OverloadStage stage : OverloadStage.values()) {
            boolean isOn = (now & stage.bit()) != 0;
            if (isOn == ((before & stage.bit()) != 0)) {
                continue;
            }
            int count = isOn ? loopsOn.incrementAndGet(stage.place()) : loopsOn.decrementAndGet(stage.place());
            if (stage == OverloadStage.STOP_ACCEPTING_CONNECTIONS) {
                onAcceptChange.run();
            }
            if (isOn && count == 1) {
                LOG.log(Level.WARNING, "overload: {0} begins ({1})", stage.text(), pressures());
            } else if (!isOn && count == 0) {
                LOG.log(Level.INFO, "overload: {0} ends ({1})", stage.text(), pressures());
            }
        }
    }

    /// Accepting is to be stopped still: Netty begins again by itself a second after an accept that failed.
    void staysShut() {
        onAcceptChange.run();
    }

    /// On how many loops the stage is on. Any thread.
    public int loopsOn(OverloadStage stage) {
        return loopsOn.get(stage.place());
    }

    /// The pressure of the loop where it is highest, 0 to 1. Any thread.
    public double level(Pressure pressure) {
        double worst = 0;
        for (LoopOverload loop : loops) {
            worst = Math.max(worst, loop.level(pressure));
        }
        return worst;
    }

    /// The stages that are on somewhere, the mildest first. Any thread.
    public List<OverloadStage> stages() {
        List<OverloadStage> stages = new ArrayList<>();
        for (OverloadStage stage : OverloadStage.values()) {
            if (loopsOn(stage) > 0) {
                stages.add(stage);
            }
        }
        return stages;
    }

    /// All pressures, for people to read.
    public String pressures() {
        List<String> texts = new ArrayList<>();
        for (Pressure pressure : Pressure.values()) {
            texts.add(String.format(Locale.ROOT, "%s %.2f", pressure.text(), level(pressure)));
        }
        return String.join(", ", texts);
    }
}
