package io.forebay.main.quickstart;

import java.io.PrintStream;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Prints the tour as a person wants to read it: what is shown, each request, each answer with the fields that matter.
final class Narrator {
    private static final int BODY_LINES_MAX = 16;
    private static final int LINE_CHARACTERS_MAX = 160;
    private static final List<String> FIELDS_SHOWN = List.of(
            "location",
            "retry-after",
            "preference-applied",
            "idempotent-replayed",
            "etag",
            "www-authenticate",
            "ratelimit-policy",
            "ratelimit",
            "content-type");

    private final PrintStream out;
    private int chapters;

    Narrator(PrintStream out) {
        this.out = out;
    }

    /// A new chapter.
    void chapter(String title) {
        chapters++;
        out.println();
        out.println(chapters + ". " + title);
        out.flush();
    }

    /// A sentence of the guide.
    void say(String sentence) {
        out.println("   " + sentence);
        out.flush();
    }

    /// Text as it stands, without marks: to be copied.
    void verbatim(String text) {
        out.println(text);
        out.flush();
    }

    void request(String method, String path, Map<String, String> fields, String remark) {
        out.println();
        out.println("   > " + method + " " + path + (remark.isEmpty() ? "" : "   (" + remark + ")"));
        fields.forEach((name, value) -> out.println("   >   " + name + ": " + shortened(name, value)));
        out.flush();
    }

    void answer(String version, int status, HttpHeaders fields, String body, long tookMs) {
        out.println("   < " + version + " " + status + " " + reason(status) + ", " + tookMs + " ms");
        for (String name : FIELDS_SHOWN) {
            fields.firstValue(name).ifPresent(value -> out.println("   <   " + name + ": " + value));
        }
        boolean isJson = fields.firstValue("content-type").orElse("").contains("json");
        String shown = isJson ? memberPerLine(body) : body;
        shown.lines().limit(BODY_LINES_MAX).forEach(line -> out.println("   <   " + cut(line)));
        out.flush();
    }

    /// An object that was written in one line, with each of its members on a line of its own.
    static String memberPerLine(String json) {
        StringBuilder lines = new StringBuilder();
        int depth = 0;
        boolean isText = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            isText ^= c == '"' && (i == 0 || json.charAt(i - 1) != '\\');
            if (!isText && (c == '{' || c == '[')) {
                depth++;
            } else if (!isText && (c == '}' || c == ']')) {
                depth--;
            }
            lines.append(c);
            if (!isText && depth == 1 && c == ',') {
                lines.append("\n ");
            }
        }
        return lines.toString();
    }

    void noAnswer(String why) {
        out.println("   < no answer: " + why);
        out.flush();
    }

    private static String shortened(String name, String value) {
        boolean isToken = name.toLowerCase(Locale.ROOT).equals("authorization");
        return isToken ? value.substring(0, Math.min(value.length(), 18)) + "..." : value;
    }

    private static String cut(String line) {
        return line.length() <= LINE_CHARACTERS_MAX ? line : line.substring(0, LINE_CHARACTERS_MAX) + "...";
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 304 -> "Not Modified";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            default -> "";
        };
    }
}
