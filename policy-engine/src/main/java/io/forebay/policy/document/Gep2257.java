package io.forebay.policy.document;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as GEP-2257 writes them: one to four groups of up to five digits and a unit `h`, `m`, `s` or `ms`,
/// such as `1h30m`. No sign, no fraction; `0s` is zero.
public final class Gep2257 {

    /// What error messages call this grammar.
    public static final String EXPECTED = "a duration such as 500ms, 2s or 1h30m (GEP-2257)";

    private static final Pattern WHOLE = Pattern.compile("([0-9]{1,5}(h|ms|m|s)){1,4}");
    private static final Pattern GROUP = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");

    private Gep2257() {}

    public static Optional<Duration> parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        for (Matcher group = GROUP.matcher(text); group.find(); ) {
            long count = Long.parseLong(group.group(1));
            sum = sum.plus(
                    switch (group.group(2)) {
                        case "h" -> Duration.ofHours(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "s" -> Duration.ofSeconds(count);
                        default -> Duration.ofMillis(count);
                    });
        }
        return Optional.of(sum);
    }
}
