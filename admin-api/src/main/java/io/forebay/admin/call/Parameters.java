package io.forebay.admin.call;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a handler reads of a call: the named path segments, the query, the change's reason, the caller. Of one thread.
public final class Parameters {
    public static final int PAGE_SIZE_MAX = 500;
    public static final int PAGE_SIZE_DEFAULT = 100;
    private static final int VALUE_CHARACTERS_MAX = 512;
    private static final int PLACE_DIGITS_MAX = 18;

    private final Call call;
    private final Map<String, String> names;
    private @Nullable String reason;
    private boolean isReasonRead;

    Parameters(Call call, Map<String, String> names) {
        this.call = call;
        this.names = Map.copyOf(names);
    }

    /// A named segment of the operation's template.
    public String name(String name) {
        String value = names.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no segment {" + name + "}");
        }
        return value;
    }

    public Optional<String> query(String name) {
        String value = call.query().get(name);
        if (value != null && (value.isEmpty() || value.length() > VALUE_CHARACTERS_MAX)) {
            throw refused("bad-value", name + " must have 1 to " + VALUE_CHARACTERS_MAX + " characters");
        }
        return Optional.ofNullable(value);
    }

    public String requiredQuery(String name) {
        return query(name).orElseThrow(() -> refused("missing-parameter", name + " is required"));
    }

    /// A time (RFC 3339) that fits into milliseconds.
    public Optional<Instant> time(String name) {
        return query(name).map(text -> {
            try {
                return Instant.ofEpochMilli(
                        OffsetDateTime.parse(text).toInstant().toEpochMilli());
            } catch (DateTimeException | ArithmeticException e) {
                throw refused("bad-value", name + " must be a time such as 2026-12-01T08:00:00Z");
            }
        });
    }

    /// A whole number from 1 to `max`, 0 if it is absent.
    public int number(String name, int max) {
        return query(name).map(text -> number(name, text, max)).orElse(0);
    }

    private static int number(String name, String text, int max) {
        boolean isShortNumber = text.length() <= 9 && areDigits(text);
        int number = isShortNumber ? Integer.parseInt(text) : 0;
        if (number < 1 || number > max) {
            throw refused("bad-value", name + " must be 1 to " + max);
        }
        return number;
    }

    /// A place in a list whose things are numbered from 0.
    public OptionalLong place(String name) {
        Optional<String> given = query(name);
        if (given.isEmpty()) {
            return OptionalLong.empty();
        }
        String text = given.get();
        if (text.length() > PLACE_DIGITS_MAX || !areDigits(text)) {
            throw refused("bad-value", name + " must be 0 or more, in at most " + PLACE_DIGITS_MAX + " digits");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static boolean areDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// How many things a page may hold.
    public int limit() {
        int limit = number("limit", PAGE_SIZE_MAX);
        return limit == 0 ? PAGE_SIZE_DEFAULT : limit;
    }

    /// Why the operator changes something, in the operator's words: the `reason` of the JSON body, if there is one.
    public @Nullable String changeReason() {
        if (!isReasonRead) {
            reason = ChangeBody.reason(call);
            isReasonRead = true;
        }
        return reason;
    }

    public Call call() {
        return call;
    }

    /// A refusal of one parameter.
    public static CallRefused refused(String reason, String detail) {
        return new CallRefused(new Problem(ProblemKind.BAD_PARAMETER, reason, detail));
    }
}
