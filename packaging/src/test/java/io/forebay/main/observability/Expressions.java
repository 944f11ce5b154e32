package io.forebay.main.observability;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What an expression of PromQL asks for.
final class Expressions {
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}|\\[[^]]*]");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\w*\\s*\\()");
    private static final Pattern NUMBER = Pattern.compile("\\b[0-9][0-9a-zA-Z.]*");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool", "inf", "nan");

    private Expressions() {}

    /// The names of the series in it.
    static Set<String> series(String expression) {
        String rest = STRING.matcher(expression).replaceAll("");
        rest = MATCHERS.matcher(rest).replaceAll(" ");
        rest = LABELS.matcher(rest).replaceAll(" ");
        rest = NUMBER.matcher(rest).replaceAll(" ");
        Set<String> names = new TreeSet<>();
        NAME.matcher(rest).results().map(found -> found.group()).forEach(names::add);
        names.removeAll(WORDS);
        return names;
    }
}
