package io.forebay.gateway.shard;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseFlag;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What became of calls on jobs of other nodes. Counted on the loops, read by whoever scrapes.
public final class ShardCounts {
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    /// How such a call ended.
    enum Outcome {
        /// The owner has answered, whatever it said.
        ANSWERED,
        /// The owner could not be asked, or did not answer.
        UNAVAILABLE,
        /// The answer broke off.
        CUT_OFF,
        /// The client left before it had the answer.
        CLIENT_GONE
    }

    public ShardCounts() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// Counts a call that has ended. On its loop.
    void ended(Exchange exchange) {
        ResponseFlag flag = exchange.flag();
        Outcome outcome = Outcome.CUT_OFF;
        if (flag == null) {
            outcome = Outcome.ANSWERED;
        } else if (flag == ResponseFlag.SHARD_UNAVAILABLE) {
            outcome = Outcome.UNAVAILABLE;
        } else if (flag == ResponseFlag.CLIENT_GONE) {
            outcome = Outcome.CLIENT_GONE;
        }
        of(outcome).increment();
    }

    private LongAdder of(Outcome outcome) {
        return requireNonNull(counts.get(outcome));
    }

    /// Binds `forebay.shards.calls`.
    public void bind(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("forebay.shards.calls", of(outcome), LongAdder::doubleValue)
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("Calls on jobs of other nodes that were handed on to them")
                    .register(registry);
        }
    }
}
