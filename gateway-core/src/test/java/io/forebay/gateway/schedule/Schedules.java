package io.forebay.gateway.schedule;

import io.forebay.policy.schedule.CronExpression;
import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.Concurrency;
import io.forebay.policy.schedule.SchedulePolicy.MadeUp;
import io.forebay.policy.schedule.SchedulePolicy.MissedRuns;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// Schedules for tests: the queue `default/work`, UTC.
final class Schedules {
    static final String QUEUE = "default/work";
    static final long NOON_MS = ms("2026-11-26T12:00:00Z");
    static final long MINUTE_MS = 60_000;
    static final long HOUR_MS = 60 * MINUTE_MS;

    private Schedules() {}

    static long ms(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    static SchedulePolicy of(String name, String cron) {
        return new SchedulePolicy(
                "default/" + name,
                CronExpression.of(cron),
                ZoneOffset.UTC,
                0,
                Concurrency.ALLOW,
                MissedRuns.DEFAULT,
                false,
                "default/shop/reports",
                QUEUE,
                "default/" + name,
                5,
                new SchedulePolicy.Request(
                        "POST",
                        "/reports?day=yesterday",
                        "shop.example",
                        List.of(new SchedulePolicy.Header("content-type", "text/plain")),
                        "nightly"));
    }

    static SchedulePolicy with(SchedulePolicy plain, MadeUp madeUp, long withinMs) {
        return of(plain, plain.jitterMs(), plain.concurrency(), new MissedRuns(madeUp, withinMs), plain.isSuspended());
    }

    static SchedulePolicy with(SchedulePolicy plain, Concurrency concurrency) {
        return of(plain, plain.jitterMs(), concurrency, plain.missedRuns(), plain.isSuspended());
    }

    static SchedulePolicy withJitter(SchedulePolicy plain, long jitterMs) {
        return of(plain, jitterMs, plain.concurrency(), plain.missedRuns(), plain.isSuspended());
    }

    static SchedulePolicy suspended(SchedulePolicy plain) {
        return of(plain, plain.jitterMs(), plain.concurrency(), plain.missedRuns(), true);
    }

    private static SchedulePolicy of(
            SchedulePolicy plain, long jitterMs, Concurrency concurrency, MissedRuns missed, boolean isSuspended) {
        return new SchedulePolicy(
                plain.id(),
                plain.cron(),
                plain.zone(),
                jitterMs,
                concurrency,
                missed,
                isSuspended,
                plain.rule(),
                plain.queue(),
                plain.tenant(),
                plain.priority(),
                plain.request());
    }
}
