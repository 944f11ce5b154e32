package io.forebay.policy.document;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number of bytes, written as a whole Kubernetes quantity: `1048576`, `1Mi`, `64Ki`, `50Gi`, `10M`.
public record ByteSize(long bytes) {

    /// What error messages call this grammar.
    public static final String EXPECTED = "a size such as 64Ki, 1Mi or 50Gi";

    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18})(Ki|Mi|Gi|Ti|k|M|G|T)?");

    /// Empty where the text is no whole quantity, or beyond what a long holds.
    public static Optional<ByteSize> parse(String text) {
        Matcher matcher = QUANTITY.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit(matcher.group(2)))));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long unit(@Nullable String suffix) {
        return switch (suffix) {
            case null -> 1L;
            case "Ki" -> 1L << 10;
            case "Mi" -> 1L << 20;
            case "Gi" -> 1L << 30;
            case "Ti" -> 1L << 40;
            case "k" -> 1_000L;
            case "M" -> 1_000_000L;
            case "G" -> 1_000_000_000L;
            default -> 1_000_000_000_000L;
        };
    }
}
