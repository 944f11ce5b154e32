package io.forebay.gateway.telemetry;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.HedgeOutcome;
import io.forebay.gateway.http.ResponseFlag;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// The counters of one loop. Written by it alone, without locks or atomic read-modify-write; read by whoever scrapes.
///
/// Reasons are bounded: after [#REASONS_MAX] the rest is counted as `other`.
final class LoopMeters {
    static final int REASONS_MAX = 100;
    static final String OTHER = "other";

    private final Map<String, Count> reasons = new ConcurrentHashMap<>();
    private final Map<String, Count> shadowReasons = new ConcurrentHashMap<>();
    private final Map<ResponseFlag, Count> flags = new EnumMap<>(ResponseFlag.class);
    private final LatencyHistogram durations = new LatencyHistogram();
    private final LatencyHistogram gatewayTimes = new LatencyHistogram();
    private final LatencyHistogram connectTimes = new LatencyHistogram();
    private final LatencyHistogram firstByteTimes = new LatencyHistogram();
    private final Count tries = new Count();
    private final Count answeredAgain = new Count();
    private final Count failedAgain = new Count();
    private final Count hedgesWon = new Count();
    private final Count hedgesLost = new Count();
    private final Count requestBytes = new Count();
    private final Count answerBytes = new Count();

    LoopMeters() {
        for (ResponseFlag flag : ResponseFlag.values()) {
            flags.put(flag, new Count());
        }
    }

    /// One number with one writer.
    static final class Count {
        private final AtomicLongArray value = new AtomicLongArray(1);

        void add(long amount) {
            value.setOpaque(0, value.getPlain(0) + amount);
        }

        long get() {
            return value.getOpaque(0);
        }
    }

    void ended(Exchange exchange, long nowNs) {
        times(exchange, nowNs);
        flag(exchange.flag());
        tries(exchange);
        requestBytes.add(exchange.requestBytes());
        answerBytes.add(exchange.answerBytes());
        count(reasons, exchange.reason());
        count(shadowReasons, exchange.shadowReason());
    }

    private void times(Exchange exchange, long nowNs) {
        durations.record(nowNs - exchange.startedNs());
        gatewayTimes.record(LatencySplit.gatewayNs(exchange, nowNs));
        if (exchange.tries().connectedNs() != 0) {
            connectTimes.record(LatencySplit.connectNs(exchange, nowNs));
            if (exchange.answeredNs() != 0) {
                firstByteTimes.record(LatencySplit.firstByteNs(exchange));
            }
        }
    }

    private void flag(@Nullable ResponseFlag flag) {
        if (flag != null) {
            requireNonNull(flags.get(flag)).add(1);
        }
    }

    private void tries(Exchange exchange) {
        tries.add(exchange.tries().count());
        HedgeOutcome hedge = exchange.tries().hedge();
        if (hedge != null) {
            (hedge == HedgeOutcome.WON ? hedgesWon : hedgesLost).add(1);
        }
        if (exchange.tries().count() > (hedge == null ? 1 : 2)) {
            (exchange.flag() == null ? answeredAgain : failedAgain).add(1);
        }
    }

    private static void count(Map<String, Count> counts, @Nullable String reason) {
        if (reason == null) {
            return;
        }
        Count known = counts.get(reason);
        if (known == null) {
            known = counts.computeIfAbsent(counts.size() < REASONS_MAX ? reason : OTHER, name -> new Count());
        }
        known.add(1);
    }

    Map<String, Count> reasons() {
        return reasons;
    }

    Map<String, Count> shadowReasons() {
        return shadowReasons;
    }

    long flagged(ResponseFlag flag) {
        return requireNonNull(flags.get(flag)).get();
    }

    LatencyHistogram durations() {
        return durations;
    }

    /// Until the first try.
    LatencyHistogram gatewayTimes() {
        return gatewayTimes;
    }

    /// From the last try until its connection stood.
    LatencyHistogram connectTimes() {
        return connectTimes;
    }

    /// From then on until the answer began.
    LatencyHistogram firstByteTimes() {
        return firstByteTimes;
    }

    long tries() {
        return tries.get();
    }

    /// Exchanges with more than one try, hedges aside, that ended well.
    long answeredAgain() {
        return answeredAgain.get();
    }

    /// Exchanges with more than one try, hedges aside, that have failed all the same.
    long failedAgain() {
        return failedAgain.get();
    }

    /// Exchanges whose hedge took the place of the first try.
    long hedgesWon() {
        return hedgesWon.get();
    }

    /// Exchanges whose hedge came to nothing.
    long hedgesLost() {
        return hedgesLost.get();
    }

    long requestBytes() {
        return requestBytes.get();
    }

    long answerBytes() {
        return answerBytes.get();
    }
}
