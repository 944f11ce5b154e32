package io.forebay.offload;

import java.util.HexFormat;
import java.util.Optional;

/// Names one job for ever: 48 bits of milliseconds, 16 bits of shard (the node that owns it), 64 random bits. Ids
/// sort by time, reveal nothing about their job and cannot be guessed. The text form is 32 lower-case hex digits,
/// safe in a URL, and sorts as the id does. Immutable; any thread.
public record JobId(long high, long low) implements Comparable<JobId> {
    /// Every id sorts between these.
    public static final JobId FIRST = new JobId(0, 0);

    public static final JobId LAST = new JobId(-1, -1);

    private static final int SHARD_BITS = 16;
    private static final int TEXT_CHARS = 32;
    private static final HexFormat HEX = HexFormat.of();

    /// `random` must come from a cryptographic source: it is what makes the id unguessable.
    public static JobId of(long createdMs, int shard, long random) {
        if (createdMs < 0 || createdMs >>> 48 != 0) {
            throw new IllegalArgumentException("createdMs must fit 48 bits: " + createdMs);
        }
        if (shard >>> SHARD_BITS != 0) {
            throw new IllegalArgumentException("shard must fit 16 bits: " + shard);
        }
        return new JobId((createdMs << SHARD_BITS) | shard, random);
    }

    /// The id that [#text()] wrote; empty for anything else, upper case included, so that an id has one spelling.
    public static Optional<JobId> parse(String text) {
        if (text.length() != TEXT_CHARS || !text.chars().allMatch(JobId::isLowerHex)) {
            return Optional.empty();
        }
        return Optional.of(
                new JobId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32)));
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    public long createdMs() {
        return high >>> SHARD_BITS;
    }

    public int shard() {
        return (int) (high & 0xffff);
    }

    public String text() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    @Override
    public int compareTo(JobId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return text();
    }
}
