package io.forebay.main.seed;

import java.util.regex.Pattern;

/// Names of hosts: letters, digits and hyphens, in labels between dots (RFC 1123 section 2.1).
final class HostName {
    static final String EXPECTED = "a name of letters, digits, hyphens and dots, 64 characters at most";
    private static final int CHARS_MAX = 64;
    private static final Pattern LABELS =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private HostName() {}

    static boolean isValid(String text) {
        return text.length() <= CHARS_MAX && LABELS.matcher(text).matches();
    }
}
