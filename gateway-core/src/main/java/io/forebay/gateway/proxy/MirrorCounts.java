package io.forebay.gateway.proxy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What became of the copies of requests. Counted on loops, read by whoever scrapes.
public final class MirrorCounts {
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    /// How a copy ended, or why there was none.
    public enum Outcome {
        /// The mirror has answered.
        SENT("sent"),
        /// The mirror could not be called, or did not answer.
        FAILED("failed"),
        /// As many copies as may be were under way on the loop.
        BUSY("busy"),
        /// The body is longer than what is copied.
        TOO_LARGE("too-large"),
        /// The body has not come whole: the client left, or the answer came before it.
        CUT_OFF("cut-off");

        /// The word in the meter's tag.
        private final String text;

        Outcome(String text) {
            this.text = text;
        }
    }

    public MirrorCounts() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    void count(Outcome outcome) {
        adder(outcome).increment();
    }

    /// Binds `forebay.mirrors`, by `outcome`.
    public void bind(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("forebay.mirrors", adder(outcome), LongAdder::doubleValue)
                    .tag("outcome", outcome.text)
                    .description("Copies of requests for mirrors, sent or left out")
                    .register(registry);
        }
    }

    private LongAdder adder(Outcome outcome) {
        LongAdder adder = counts.get(outcome);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + outcome);
        }
        return adder;
    }
}
