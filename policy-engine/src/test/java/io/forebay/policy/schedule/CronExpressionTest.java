package io.forebay.policy.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronExpressionTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> next(String cron, String after, ZoneId zone, int count) {
        CronExpression expression = CronExpression.of(cron);
        List<String> found = new ArrayList<>();
        Instant at = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            at = expression.next(at, zone);
            found.add(at.toString());
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "'0 3 * * *', 2026-11-26T03:00:00Z, 2026-11-27T03:00:00Z",
        "'0 3 * * *', 2026-11-26T02:59:59.999Z, 2026-11-26T03:00:00Z",
        "'*/15 * * * *', 2026-11-26T10:46:00Z, 2026-11-26T11:00:00Z",
        "'5-59/20 10 * * *', 2026-11-26T10:06:00Z, 2026-11-26T10:25:00Z",
        "'50/5 * * * *', 2026-11-26T10:51:00Z, 2026-11-26T10:55:00Z",
        "'0 0 29 2 *', 2026-11-26T00:00:00Z, 2028-02-29T00:00:00Z",
        "'0 0 29 2 *', 2097-01-01T00:00:00Z, 2104-02-29T00:00:00Z",
        "'0 12 * * MON-FRI', 2026-11-27T12:00:00Z, 2026-11-30T12:00:00Z",
        "'0 12 * * 7', 2026-11-26T00:00:00Z, 2026-11-29T12:00:00Z",
        "'0 12 * dec,jan *', 2026-11-26T00:00:00Z, 2026-12-01T12:00:00Z",
        // Either day is enough where both are limited; only one is where the other begins with a star.
        "'0 0 13 * 5', 2026-11-26T00:00:00Z, 2026-11-27T00:00:00Z",
        "'0 0 13 * *', 2026-11-26T00:00:00Z, 2026-12-13T00:00:00Z",
        "'0 0 */2 * 5', 2026-11-26T00:00:00Z, 2026-11-27T00:00:00Z",
        // Both must match where one begins with a star: 1 January on a Sunday, 29 February on a Tuesday.
        "'0 0 1 1 */7', 2026-11-26T00:00:00Z, 2034-01-01T00:00:00Z",
        "'0 0 29 2 */2', 2032-03-01T00:00:00Z, 2048-02-29T00:00:00Z",
        "'@daily', 2026-11-26T00:00:00Z, 2026-11-27T00:00:00Z",
        "'@yearly', 2026-11-26T00:00:00Z, 2027-01-01T00:00:00Z",
    })
    void theNextOne(String cron, String after, String expected) {
        assertThat(next(cron, after, UTC, 1)).containsExactly(expected);
    }

    @Test
    void aTimeLeftOutAsClocksGoForwardComesWhenTheyDo() {
        // In Berlin 02:00 to 03:00 of 29 March 2026 is not there; 03:00 is 01:00 UTC.
        assertThat(next("30 2 * * *", "2026-03-28T12:00:00Z", BERLIN, 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(next("*/20 2 * * *", "2026-03-28T12:00:00Z", BERLIN, 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
        assertThat(next("*/30 * * * *", "2026-03-29T00:20:00Z", BERLIN, 3))
                .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
    }

    @Test
    void aTimeShownTwiceAsClocksGoBackComesOnce() {
        // In Berlin clocks show 02:00 to 03:00 twice on 25 October 2026, from 00:00 and from 01:00 UTC.
        assertThat(next("30 2 * * *", "2026-10-24T12:00:00Z", BERLIN, 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(next("30 2 * * *", "2026-10-25T00:45:00Z", BERLIN, 1)).containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void everyHourIsEveryHourAlsoAsClocksGoBack() {
        assertThat(next("30 * * * *", "2026-10-24T23:45:00Z", BERLIN, 3))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
    }

    /// Compared with looking at each minute of four months, in zones that change by an hour, by half an hour, and not
    /// at all.
    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"})
    void itMissesNothingAndInventsNothing(String zoneName) {
        ZoneId zone = ZoneId.of(zoneName);
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            String cron =
                    random.nextInt(60) + (random.nextBoolean() ? "/7 " : " ") + (random.nextBoolean() ? "*" : "1-3")
                            + " " + (random.nextBoolean() ? "*" : (1 + random.nextInt(28)) + "-31") + " * "
                            + (random.nextBoolean() ? "*" : Integer.toString(random.nextInt(8)));
            CronExpression expression = CronExpression.of(cron);
            Instant from = Instant.parse(random.nextBoolean() ? "2026-02-20T00:00:00Z" : "2026-09-20T00:00:00Z");
            List<Instant> expected = byMinutes(cron, from, zone);
            Instant at = from;
            for (Instant one : expected) {
                at = expression.next(at, zone);
                assertThat(at).as("%s in %s", cron, zone).isEqualTo(one);
            }
        }
    }

    /// Every minute after `from` at which the clocks show, or have just left out, what the expression says.
    private static List<Instant> byMinutes(String cron, Instant from, ZoneId zone) {
        String[] fields = cron.split(" ");
        List<Instant> found = new ArrayList<>();
        LocalDateTime shown = LocalDateTime.ofInstant(from, zone);
        for (int minute = 1; minute < 120 * 24 * 60 && found.size() < 400; minute++) {
            Instant at = from.plus(Duration.ofMinutes(minute));
            LocalDateTime now = ZonedDateTime.ofInstant(at, zone).toLocalDateTime();
            boolean comes = false;
            if (now.isAfter(shown)) {
                for (LocalDateTime each = shown.plusMinutes(1); !each.isAfter(now); each = each.plusMinutes(1)) {
                    comes |= matches(fields, each);
                }
                shown = now;
            } else {
                comes = fields[1].equals("*") && matches(fields, now);
            }
            if (comes) {
                found.add(at);
            }
        }
        return found;
    }

    private static boolean matches(String[] fields, LocalDateTime at) {
        boolean isDay = field(fields[2], at.getDayOfMonth(), 31);
        boolean isWeekday = field(fields[4], at.getDayOfWeek().getValue() % 7, 6)
                || (at.getDayOfWeek().getValue() == 7 && field(fields[4], 7, 7));
        boolean isOneFree = fields[2].equals("*") || fields[4].equals("*");
        boolean isEither = isOneFree ? (isDay && isWeekday) : (isDay || isWeekday);
        return isEither && field(fields[0], at.getMinute(), 59) && field(fields[1], at.getHour(), 23);
    }

    private static boolean field(String field, int number, int max) {
        if (field.equals("*")) {
            return number <= max;
        }
        if (field.contains("/")) {
            int from = Integer.parseInt(field.substring(0, field.indexOf('/')));
            int step = Integer.parseInt(field.substring(field.indexOf('/') + 1));
            return number >= from && (number - from) % step == 0;
        }
        if (field.contains("-")) {
            String[] ends = field.split("-", 2);
            return number >= Integer.parseInt(ends[0]) && number <= Integer.parseInt(ends[1]);
        }
        return number == Integer.parseInt(field);
    }

    @ParameterizedTest
    @CsvSource({
        "'* * * *', expected minute",
        "'* * * * * *', expected minute",
        "'60 * * * *', no minute from 0 to 59",
        "'* 24 * * *', no hour from 0 to 23",
        "'* * 0 * *', no day of the month from 1 to 31",
        "'* * * 13 *', no month from 1 to 12",
        "'* * * * 8', no day of the week from 0 to 7",
        "'* * * foo *', no month",
        "'5-1 * * * *', ends before it begins",
        "'*/0 * * * *', no step of a minute",
        "'1,,2 * * * *', no minute",
        "'-1 * * * *', no minute",
        "'+1 * * * *', no minute",
        "'0 0 30 2 *', never comes",
        "'@reboot', expected minute",
        "'', expected minute",
    })
    void whatIsWrongIsSaid(String cron, String expected) {
        assertThat(CronExpression.problem(cron)).contains(expected);
    }
}
