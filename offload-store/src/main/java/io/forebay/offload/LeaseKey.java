package io.forebay.offload;

import static java.util.Objects.requireNonNull;

import java.util.HexFormat;
import java.util.Optional;

/// Proves one lease of one job. A completion counts only while job, epoch and token are all the current ones, so a
/// late worker changes nothing. The text form is what a worker outside carries; it holds all three.
public record LeaseKey(JobId job, int epoch, long token) {
    private static final int TEXT_CHARS = 32 + 8 + 16;
    private static final HexFormat HEX = HexFormat.of();

    public LeaseKey {
        requireNonNull(job, "job");
    }

    public static Optional<LeaseKey> parse(String text) {
        if (text.length() != TEXT_CHARS) {
            return Optional.empty();
        }
        try {
            return JobId.parse(text.substring(0, 32))
                    .map(id -> new LeaseKey(
                            id,
                            HexFormat.fromHexDigits(text, 32, 40),
                            HexFormat.fromHexDigitsToLong(text, 40, TEXT_CHARS)));
        } catch (NumberFormatException notHex) {
            return Optional.empty();
        }
    }

    public String text() {
        return job.text() + HEX.toHexDigits(epoch) + HEX.toHexDigits(token);
    }
}
