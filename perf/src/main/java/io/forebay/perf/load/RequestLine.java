package io.forebay.perf.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What one request of a plan says, in no protocol's form yet.
///
/// @param authority `Host` or `:authority`
/// @param lines further field lines, `Name: value`
record RequestLine(String path, String authority, List<String> lines) {
    private static final String HOST = "host:";

    RequestLine {
        lines = List.copyOf(lines);
    }

    /// @param variant what `{}` in path and headers is replaced by
    /// @param token bearer token, or null
    static RequestLine of(LoadPlan plan, int variant, @Nullable String token) {
        String authority = plan.target().getAddress().getHostAddress()
                + ':'
                + plan.target().getPort();
        List<String> lines = new ArrayList<>();
        for (String header : plan.headers()) {
            String line = header.replace("{}", Integer.toString(variant));
            if (line.toLowerCase(Locale.ROOT).startsWith(HOST)) {
                authority = line.substring(HOST.length()).strip();
            } else {
                lines.add(line);
            }
        }
        if (token != null) {
            lines.add("Authorization: Bearer " + token);
        }
        return new RequestLine(plan.path().replace("{}", Integer.toString(variant)), authority, lines);
    }
}
