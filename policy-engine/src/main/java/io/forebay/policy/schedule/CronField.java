package io.forebay.policy.schedule;

import java.util.Locale;

/// One of the five fields of a cron expression, as a set of numbers.
///
/// @param bits bit n for the number n
/// @param isAny whether it was written with `*` as its first character, which cron treats as "says nothing" of days
record CronField(long bits, boolean isAny) {
    /// What may stand in a field: numbers from `min` to `max`, or their names, of three letters each.
    enum Kind {
        MINUTE("minute", 0, 59, ""),
        HOUR("hour", 0, 23, ""),
        DAY_OF_MONTH("day of the month", 1, 31, ""),
        MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
        /// 7 is Sunday as 0 is.
        DAY_OF_WEEK("day of the week", 0, 7, "sun mon tue wed thu fri sat");

        private static final int NAME_CHARS = 3;

        private final String text;
        private final int min;
        private final int max;
        private final String names;

        Kind(String text, int min, int max, String names) {
            this.text = text;
            this.min = min;
            this.max = max;
            this.names = names;
        }

        private String expected() {
            return text + " from " + min + " to " + max;
        }

        private int number(String written) {
            int named = written.length() == NAME_CHARS ? names.indexOf(written.toLowerCase(Locale.ROOT)) : -1;
            if (named >= 0 && named % (NAME_CHARS + 1) == 0) {
                return named / (NAME_CHARS + 1) + min;
            }
            boolean isNumber = !written.isEmpty()
                    && written.length() <= 2
                    && written.chars().allMatch(CronField::isDigit);
            int number = isNumber ? Integer.parseInt(written) : -1;
            if (number < min || number > max) {
                throw new IllegalArgumentException("\"" + written + "\" is no " + expected());
            }
            return number;
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /// @throws IllegalArgumentException what is wrong, for people
    static CronField parse(Kind kind, String text) {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            bits |= item(kind, item);
        }
        if (kind == Kind.DAY_OF_WEEK && (bits & 1L << 7) != 0) {
            bits = (bits & ~(1L << 7)) | 1;
        }
        return new CronField(bits, text.startsWith("*"));
    }

    /// `*`, `a`, `a-b`, each with `/step`; `a/step` goes on to the end.
    private static long item(Kind kind, String item) {
        int slash = item.indexOf('/');
        String range = slash < 0 ? item : item.substring(0, slash);
        int step = slash < 0 ? 1 : step(kind, item.substring(slash + 1));
        int dash = range.indexOf('-');
        int from;
        int to;
        if (range.equals("*")) {
            from = kind.min;
            to = kind == Kind.DAY_OF_WEEK ? 6 : kind.max;
        } else if (dash >= 0) {
            from = kind.number(range.substring(0, dash));
            to = kind.number(range.substring(dash + 1));
        } else {
            from = kind.number(range);
            to = slash < 0 ? from : kind.max;
        }
        if (from > to) {
            throw new IllegalArgumentException("\"" + range + "\" ends before it begins");
        }
        long bits = 0;
        for (int number = from; number <= to; number += step) {
            bits |= 1L << number;
        }
        return bits;
    }

    private static int step(Kind kind, String written) {
        boolean isNumber =
                !written.isEmpty() && written.length() <= 2 && written.chars().allMatch(CronField::isDigit);
        int step = isNumber ? Integer.parseInt(written) : 0;
        if (step < 1) {
            throw new IllegalArgumentException("\"" + written + "\" is no step of a " + kind.text);
        }
        return step;
    }

    boolean has(int number) {
        return (bits & 1L << number) != 0;
    }

    /// The smallest member that is not less than `number`; negative if there is none.
    int from(int number) {
        long rest = number >= Long.SIZE ? 0 : bits & -1L << number;
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }
}
