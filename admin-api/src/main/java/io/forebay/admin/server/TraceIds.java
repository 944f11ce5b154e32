package io.forebay.admin.server;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The trace id of a call: the caller's, if it sent a well-formed `traceparent` (W3C Trace Context), else a new one.
final class TraceIds {
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceIds() {}

    static String of(Optional<String> traceparent) {
        return traceparent
                .map(TRACEPARENT::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .orElseGet(TraceIds::fresh);
    }

    static String fresh() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
