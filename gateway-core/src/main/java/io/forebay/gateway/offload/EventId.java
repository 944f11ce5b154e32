package io.forebay.gateway.offload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a follower stands: the last event it was sent, and the lease epoch whose answer it reads.
///
/// @param number of the last event, -1 before the first
record EventId(int epoch, int number) {
    static final EventId BEGINNING = new EventId(0, -1);

    /// The id of the last event of all, after which there is nothing to resume.
    static final String END = "end";

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    static Optional<EventId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new EventId(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)) - 1))
                : Optional.empty();
    }

    /// The second number counts from 1.
    String text() {
        return epoch + "-" + (number + 1);
    }
}
