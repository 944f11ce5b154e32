package io.forebay.gateway.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What bytes mean as HTTP/1.1 requests, by RFC 9112 to the letter and with nothing of the gateway's own reader: the
/// requests that are whole, up to the end of the bytes or the first that no grammar allows.
final class StrictHttp1 {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private final byte[] bytes;
    private final boolean skipsEmptyLines;
    private final List<Request> requests = new ArrayList<>();
    private int at;
    private @Nullable String fault;

    /// One request as it was meant.
    record Request(String method, String target, List<String> fields, String body) {
        /// The values of a field, whose name is lower-case here.
        List<String> values(String name) {
            return fields.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .toList();
        }
    }

    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }
    }

    /// The bytes end within a request.
    private static final class Unfinished extends Exception {
        private static final long serialVersionUID = 1;
    }

    private StrictHttp1(byte[] bytes, boolean skipsEmptyLines) {
        this.bytes = bytes;
        this.skipsEmptyLines = skipsEmptyLines;
    }

    /// @param skipsEmptyLines whether one may stand before each request, as RFC 9112 section 2.2 has servers bear it
    static StrictHttp1 read(byte[] bytes, boolean skipsEmptyLines) {
        StrictHttp1 reading = new StrictHttp1(bytes, skipsEmptyLines);
        try {
            while (reading.at < bytes.length) {
                reading.requests.add(reading.request());
            }
        } catch (Fault e) {
            reading.fault = e.getMessage() + " before byte " + reading.at;
        } catch (Unfinished e) {
            reading.fault = null;
        }
        return reading;
    }

    List<Request> requests() {
        return requests;
    }

    /// What is wrong, or null.
    @Nullable
    String fault() {
        return fault;
    }

    private Request request() throws Fault, Unfinished {
        String start = line();
        if (start.isEmpty() && skipsEmptyLines) {
            start = line();
        }
        String[] line = start.split(" ", -1);
        if (line.length != 3 || !line[0].matches(TOKEN) || !line[1].matches("[\\x21\\x22\\x24-\\x7e]+")) {
            throw new Fault("request line");
        }
        if (!line[2].equals("HTTP/1.1") && !line[2].equals("HTTP/1.0")) {
            throw new Fault("version");
        }
        List<String> fields = fields();
        Request head = new Request(line[0], line[1], fields, "");
        if (head.values("host").size() != 1
                && (line[2].equals("HTTP/1.1") || head.values("host").size() > 1)) {
            throw new Fault("host");
        }
        return new Request(line[0], line[1], fields, body(head, line[2]));
    }

    private String body(Request head, String version) throws Fault, Unfinished {
        List<String> lengths = head.values("content-length");
        List<String> codings = head.values("transfer-encoding");
        if (!codings.isEmpty()) {
            boolean isChunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
            if (!isChunked || !lengths.isEmpty() || !version.equals("HTTP/1.1")) {
                throw new Fault("transfer-encoding");
            }
            return chunks();
        }
        if (lengths.isEmpty()) {
            return "";
        }
        if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
            throw new Fault("content-length");
        }
        return take(Long.parseLong(lengths.getFirst()));
    }

    private String chunks() throws Fault, Unfinished {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line();
            int end = line.indexOf(';');
            String size = end < 0 ? line : line.substring(0, end).stripTrailing();
            if (!size.matches("[0-9a-fA-F]{1,15}") || !isText(line)) {
                throw new Fault("chunk size");
            }
            long bytesOfChunk = Long.parseLong(size, 16);
            if (bytesOfChunk == 0) {
                fields();
                return body.toString();
            }
            body.append(take(bytesOfChunk));
            if (!line().isEmpty()) {
                throw new Fault("chunk end");
            }
        }
    }

    private String take(long count) throws Unfinished {
        if (count > bytes.length - at) {
            at = bytes.length;
            throw new Unfinished();
        }
        String taken = new String(bytes, at, (int) count, StandardCharsets.ISO_8859_1);
        at += (int) count;
        return taken;
    }

    private List<String> fields() throws Fault, Unfinished {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 0 || !line.substring(0, colon).matches(TOKEN) || !isText(line)) {
                throw new Fault("field line");
            }
            String value = line.substring(colon + 1).replaceAll("^[ \t]+|[ \t]+$", "");
            fields.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + ": " + value);
        }
        return fields;
    }

    private static boolean isText(String line) {
        return line.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c != 0x7f));
    }

    /// Up to CR LF, which is the only end of a line.
    private String line() throws Fault, Unfinished {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (at < bytes.length) {
            byte next = bytes[at++];
            if (next == '\n') {
                throw new Fault("bare LF");
            }
            if (next == '\r') {
                if (at == bytes.length) {
                    throw new Unfinished();
                }
                if (bytes[at++] != '\n') {
                    throw new Fault("bare CR");
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            line.write(next);
        }
        throw new Unfinished();
    }
}
