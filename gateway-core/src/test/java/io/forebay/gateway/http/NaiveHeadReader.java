package io.forebay.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a request head the slow way, from RFC 9112, RFC 9110 and RFC 3986 alone: text, regular expressions and lists.
/// What [RequestHead] is held against; it shares no line with it.
final class NaiveHeadReader {
    private static final String TOKEN = "[!#$%&'*+.^`|~0-9A-Za-z-]";
    private static final Pattern REQUEST_LINE = Pattern.compile(
            "((?:" + TOKEN + "|_){1,32}) ([-._~:/?\\[\\]@!$&'()*+,;=%|^{}\"`0-9A-Za-z]+) HTTP/1\\.([01])");
    private static final Pattern FIELD_LINE = Pattern.compile(
            "(" + TOKEN
                    + "+):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\t\\x20-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]+)(/[^?]*)?(?:\\?(.*))?");
    private static final Pattern ORIGIN = Pattern.compile("(/[^?]*)(?:\\?(.*))?");
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(?::[0-9]{0,5})?");
    private static final Set<String> END_TO_END = Set.of(
            "host",
            "content-length",
            "authorization",
            "cookie",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "forwarded",
            "via",
            "date",
            "content-type",
            "idempotency-key",
            "traceparent",
            "expect",
            "cache-control");

    private NaiveHeadReader() {}

    /// A head that is to be accepted.
    record Head(
            int size,
            String method,
            String path,
            @Nullable String query,
            String host,
            List<String> lines,
            boolean isChunked,
            long contentLength,
            boolean isKeepAlive) {}

    private record Line(String name, String value) {}

    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// The head that the text begins with, or null when there is none to be accepted.
    static @Nullable Head read(String text) {
        try {
            return parse(text);
        } catch (Refusal e) {
            return null;
        }
    }

    private static void require(boolean condition) throws Refusal {
        if (!condition) {
            throw new Refusal();
        }
    }

    private static Head parse(String text) throws Refusal {
        String message = text.startsWith("\r\n") ? text.substring(2) : text;
        int end = message.indexOf("\r\n\r\n");
        require(end >= 0);
        String[] rows = message.substring(0, end).split("\r\n", -1);
        Matcher first = REQUEST_LINE.matcher(rows[0]);
        require(first.matches());
        boolean isHttp11 = first.group(3).equals("1");
        List<Line> lines = new ArrayList<>();
        for (int i = 1; i < rows.length; i++) {
            Matcher field = FIELD_LINE.matcher(rows[i]);
            require(field.matches());
            lines.add(new Line(field.group(1).toLowerCase(Locale.ROOT), field.group(2)));
        }
        require(lines.size() <= 100);

        String method = first.group(1);
        String target = first.group(2);
        require(!method.equals("CONNECT"));
        String authority = null;
        String path;
        String query = null;
        if (target.equals("*")) {
            require(method.equals("OPTIONS"));
            path = "*";
        } else if (target.startsWith("/")) {
            Matcher origin = ORIGIN.matcher(target);
            require(origin.matches());
            path = origin.group(1);
            query = origin.group(2);
        } else {
            Matcher absolute = ABSOLUTE.matcher(target);
            require(absolute.matches());
            authority = absolute.group(1);
            path = absolute.group(2) == null ? "/" : absolute.group(2);
            query = absolute.group(3);
        }
        String host = host(authority, values(lines, "host"), isHttp11);
        require(values(lines, "authorization").size() <= 1);
        boolean isChunked = isChunked(lines, isHttp11);
        return new Head(
                text.length() - message.length() + end + 4,
                method,
                path.equals("*") ? path : normalised(path),
                query,
                host,
                lines.stream().map(line -> line.name() + ": " + line.value()).toList(),
                isChunked,
                contentLength(lines, isChunked),
                isKeepAlive(lines, isHttp11));
    }

    private static List<String> values(List<Line> lines, String name) {
        return lines.stream()
                .filter(line -> line.name().equals(name))
                .map(Line::value)
                .toList();
    }

    private static String host(@Nullable String authority, List<String> hosts, boolean isHttp11) throws Refusal {
        require(hosts.size() <= 1 && (!isHttp11 || hosts.size() == 1));
        for (String host : hosts) {
            require(AUTHORITY.matcher(host).matches());
        }
        String named = authority != null ? authority : hosts.isEmpty() ? null : hosts.getFirst();
        if (named == null) {
            return "";
        }
        Matcher matcher = AUTHORITY.matcher(named);
        require(matcher.matches());
        return matcher.group(1).toLowerCase(Locale.ROOT);
    }

    private static boolean isChunked(List<Line> lines, boolean isHttp11) throws Refusal {
        List<String> codings = values(lines, "transfer-encoding");
        if (codings.isEmpty()) {
            return false;
        }
        require(isHttp11 && codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
        return true;
    }

    private static long contentLength(List<Line> lines, boolean isChunked) throws Refusal {
        List<String> lengths = values(lines, "content-length");
        if (lengths.isEmpty()) {
            return isChunked ? -1 : 0;
        }
        require(!isChunked && lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,18}"));
        return Long.parseLong(lengths.getFirst());
    }

    private static boolean isKeepAlive(List<Line> lines, boolean isHttp11) throws Refusal {
        List<String> expectations = values(lines, "expect");
        require(expectations.isEmpty()
                || (expectations.size() == 1 && expectations.getFirst().equalsIgnoreCase("100-continue")));
        boolean isKept = isHttp11;
        boolean isClosed = false;
        for (String value : values(lines, "connection")) {
            for (String option : value.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                require(!END_TO_END.contains(name));
                isKept |= name.equals("keep-alive");
                isClosed |= name.equals("close");
            }
        }
        return isKept && !isClosed;
    }

    private static String normalised(String path) throws Refusal {
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                decoded.append(c);
                continue;
            }
            require(path.substring(i + 1).matches("(?s)[0-9A-Fa-f]{2}.*"));
            String escape = path.substring(i, i + 3);
            char meant = (char) Integer.parseInt(escape.substring(1), 16);
            require(meant != '/' && meant != '\\' && meant != 0);
            boolean isLiteral = String.valueOf(meant).matches("[A-Za-z0-9._~!$&'()*+,;=:@-]");
            decoded.append(isLiteral ? String.valueOf(meant) : escape.toUpperCase(Locale.ROOT));
            i += 2;
        }
        List<String> kept = new ArrayList<>();
        String last = "";
        for (String segment : decoded.substring(1).split("/", -1)) {
            last = segment;
            if (segment.equals("..")) {
                require(!kept.isEmpty());
                kept.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.add(segment);
            }
        }
        boolean endsWithSlash = last.isEmpty() || last.equals(".") || last.equals("..");
        return "/" + String.join("/", kept) + (endsWithSlash && !kept.isEmpty() ? "/" : "");
    }
}
