package io.forebay.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A case of `wire-corpus.txt`.
///
/// @param served how many requests of it reach the origin
@SuppressWarnings("ArrayRecordComponent") // never compared
record WireCase(String name, int served, byte[] bytes) {
    private static final Pattern TITLE = Pattern.compile("= (\\S+) \\[(refused|one|two)]: .+");

    @Override
    public String toString() {
        return name;
    }

    static List<WireCase> all() {
        List<WireCase> cases = new ArrayList<>();
        for (String block : text().split("\n\n+", -1)) {
            String[] lines = block.strip().split("\n", 2);
            if (lines[0].startsWith("#")) {
                continue;
            }
            Matcher title = TITLE.matcher(lines[0]);
            if (!title.matches()) {
                throw new IllegalStateException("not the title of a case: " + lines[0]);
            }
            int served = switch (title.group(2)) {
                case "one" -> 1;
                case "two" -> 2;
                default -> 0;
            };
            cases.add(new WireCase(title.group(1), served, bytes(block.substring(block.indexOf('\n') + 1))));
        }
        return cases;
    }

    private static String text() {
        try (InputStream in = WireCase.class.getResourceAsStream("wire-corpus.txt")) {
            if (in == null) {
                throw new IllegalStateException("no corpus");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String escaped) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\') {
                char kind = escaped.charAt(++i);
                switch (kind) {
                    case 'r' -> out.write('\r');
                    case 'n' -> out.write('\n');
                    case 't' -> out.write('\t');
                    case '0' -> out.write(0);
                    case 'x' -> {
                        out.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                        i += 2;
                    }
                    default -> throw new IllegalStateException("no such escape: " + kind);
                }
            } else if (c != '\n') {
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    /// Bytes as the corpus writes them.
    static String escaped(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            switch (b) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\\' -> out.append("\\x5c");
                default -> {
                    if (b >= 0x20 && b < 0x7f) {
                        out.append((char) b);
                    } else {
                        out.append("\\x%02x".formatted(b & 0xff));
                    }
                }
            }
        }
        return out.toString();
    }
}
