package io.forebay.policy.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Points in time as cron names them: minute, hour, day of the month, month, day of the week, each `*`, a number, a
/// name (`mon`, `jan`), a range, a list, with `/step`; or `@hourly`, `@daily` (`@midnight`), `@weekly`, `@monthly`,
/// `@yearly` (`@annually`). If both days are limited, either is enough, as in crontab(5).
///
/// Times are those of clocks in a zone. One that is left out as clocks go forward comes at the moment they do. Those
/// that clocks show twice as they go back come once, the first time, unless the hour is `*`: then every hour counts.
///
/// Equal if the texts are. Immutable; any thread.
public final class CronExpression {
    /// Longer ones are refused.
    public static final int CHARS_MAX = 256;

    private static final Map<String, String> NICKNAMES = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");
    /// 29 February falls on each day of the week within so many years, also around 2100.
    private static final int YEARS_MAX = 41;

    private final String text;
    private final CronField minutes;
    private final CronField hours;
    private final CronField days;
    private final CronField months;
    private final CronField weekdays;

    private CronExpression(String text, List<String> fields) {
        this.text = text;
        this.minutes = CronField.parse(CronField.Kind.MINUTE, fields.get(0));
        this.hours = CronField.parse(CronField.Kind.HOUR, fields.get(1));
        this.days = CronField.parse(CronField.Kind.DAY_OF_MONTH, fields.get(2));
        this.months = CronField.parse(CronField.Kind.MONTH, fields.get(3));
        this.weekdays = CronField.parse(CronField.Kind.DAY_OF_WEEK, fields.get(4));
    }

    /// Reads an expression.
    ///
    /// @throws IllegalArgumentException what is wrong, for people
    public static CronExpression of(String text) {
        String spelled = NICKNAMES.getOrDefault(text.trim().toLowerCase(Locale.ROOT), text.trim());
        List<String> fields = List.of(spelled.split("[ \t]+"));
        if (fields.size() != 5 || text.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "found \"" + text + "\"; expected minute, hour, day of the month, month and day of the week");
        }
        CronExpression expression = new CronExpression(text, fields);
        LocalDateTime any = LocalDateTime.of(2000, 1, 1, 0, 0);
        if (expression.nextLocal(any, any.plusYears(YEARS_MAX)) == null) {
            throw new IllegalArgumentException("\"" + text + "\" never comes");
        }
        return expression;
    }

    /// What is wrong with a text, or null.
    public static @Nullable String problem(String text) {
        try {
            of(text);
            return null;
        } catch (IllegalArgumentException wrong) {
            return wrong.getMessage();
        }
    }

    /// The first moment after `instant`; a whole minute.
    public Instant next(Instant instant, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        Instant from = instant.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        Instant limit = LocalDateTime.ofInstant(from, ZoneOffset.UTC)
                .plusYears(YEARS_MAX)
                .toInstant(ZoneOffset.UTC);
        while (from.isBefore(limit)) {
            ZoneOffsetTransition change = rules.nextTransition(from.minusNanos(1));
            if (change != null && change.getInstant().equals(from) && comesInGap(change)) {
                return from;
            }
            Instant next = nextInStretch(from, limit, rules);
            if (next != null) {
                return next;
            }
            // Until the clocks change, it does not come.
            change = rules.nextTransition(from);
            from = change == null ? limit : change.getInstant();
        }
        throw new IllegalStateException(text + " does not come in " + YEARS_MAX + " years");
    }

    private boolean comesInGap(ZoneOffsetTransition change) {
        return change.isGap() && nextLocal(change.getDateTimeBefore(), change.getDateTimeAfter()) != null;
    }

    /// The first one from `from` on, before the clocks change.
    private @Nullable Instant nextInStretch(Instant from, Instant limit, ZoneRules rules) {
        ZoneOffset offset = rules.getOffset(from);
        ZoneOffsetTransition begin = rules.previousTransition(from.plusNanos(1));
        ZoneOffsetTransition end = rules.nextTransition(from);
        LocalDateTime local = LocalDateTime.ofInstant(from, offset);
        if (begin != null && begin.isOverlap() && !hours.isAny() && local.isBefore(begin.getDateTimeBefore())) {
            // The clocks showed this before.
            local = begin.getDateTimeBefore();
        }
        Instant until = end == null || end.getInstant().isAfter(limit) ? limit : end.getInstant();
        LocalDateTime next = nextLocal(local, LocalDateTime.ofInstant(until, offset));
        return next == null ? null : next.toInstant(offset);
    }

    /// The first one that is not before `from` and is before `until`.
    private @Nullable LocalDateTime nextLocal(LocalDateTime from, LocalDateTime until) {
        LocalTime time = from.toLocalTime();
        LocalDate date = from.toLocalDate();
        while (date.atStartOfDay().isBefore(until)) {
            if (!months.has(date.getMonthValue())) {
                date = date.withDayOfMonth(1).plusMonths(1);
                time = LocalTime.MIN;
                continue;
            }
            LocalTime next = isDay(date) ? nextTime(time) : null;
            if (next != null) {
                LocalDateTime found = date.atTime(next);
                return found.isBefore(until) ? found : null;
            }
            date = date.plusDays(1);
            time = LocalTime.MIN;
        }
        return null;
    }

    private boolean isDay(LocalDate date) {
        boolean isOfMonth = days.has(date.getDayOfMonth());
        boolean isOfWeek = weekdays.has(date.getDayOfWeek().getValue() % 7);
        boolean isEitherAny = days.isAny() || weekdays.isAny();
        return isEitherAny ? (isOfMonth && isOfWeek) : (isOfMonth || isOfWeek);
    }

    private @Nullable LocalTime nextTime(LocalTime from) {
        int minute = hours.has(from.getHour()) ? minutes.from(from.getMinute()) : -1;
        if (minute >= 0) {
            return LocalTime.of(from.getHour(), minute);
        }
        int hour = hours.from(hours.has(from.getHour()) ? from.getHour() + 1 : from.getHour());
        return hour < 0 ? null : LocalTime.of(hour, minutes.from(0));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CronExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
