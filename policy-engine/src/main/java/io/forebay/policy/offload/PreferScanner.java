package io.forebay.policy.offload;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `Prefer = 1#( preference *( OWS ";" [ OWS parameter ] ) )` where preference and parameter are
/// `token [ BWS "=" BWS word ]` (RFC 7240 section 2). An element that does not follow this is skipped up to the next
/// comma outside quotes.
final class PreferScanner {

    private static final int WAIT_SECONDS_MAX = Integer.MAX_VALUE;

    private final String text;
    private final Map<String, String> preferences = new HashMap<>();
    private int at;

    PreferScanner(String text) {
        this.text = text;
    }

    Prefer scan() {
        while (at < text.length()) {
            element();
            skipElement();
            at++;
        }
        return new Prefer(isSet("respond-async"), waitSeconds(preferences.get("wait")), isSet("redirect"));
    }

    /// A flag has no value; RFC 7240 says an empty value means the same.
    private boolean isSet(String name) {
        return "".equals(preferences.get(name));
    }

    private static int waitSeconds(@Nullable String value) {
        if (value == null || value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return value.length() > 10 ? WAIT_SECONDS_MAX : (int) Math.min(WAIT_SECONDS_MAX, Long.parseLong(value));
    }

    private void element() {
        blanks();
        String name = token().toLowerCase(Locale.ROOT);
        String value = name.isEmpty() ? null : value();
        boolean isSound = value != null;
        while (isSound && peek() == ';') {
            at++;
            blanks();
            if (!token().isEmpty()) {
                isSound = value() != null;
            }
        }
        if (isSound && value != null && (peek() == ',' || at >= text.length())) {
            preferences.putIfAbsent(name, value);
        }
    }

    /// What follows a name: its value, empty without `=`, null if malformed. Blanks behind it are skipped.
    private @Nullable String value() {
        blanks();
        if (peek() != '=') {
            return "";
        }
        at++;
        blanks();
        String value = peek() == '"' ? quoted() : token();
        boolean isMissing = value != null && value.isEmpty() && text.charAt(at - 1) != '"';
        blanks();
        return isMissing ? null : value;
    }

    private @Nullable String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                if (at == text.length()) {
                    return null;
                }
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return null;
    }

    private String token() {
        int start = at;
        while (at < text.length() && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private void skipElement() {
        while (at < text.length() && text.charAt(at) != ',') {
            if (text.charAt(at) == '"') {
                quoted();
            } else {
                at++;
            }
        }
    }

    private void blanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }
}
