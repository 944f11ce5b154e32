package io.forebay.policy.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads the bytes of one policy file to the trees of its documents, for [DocumentParser].
///
/// A syntax error costs only the document it stands in: the text is cut at `---` lines first (YAML allows no
/// scalar to hold one at the start of a line), and each part is parsed by itself. Every error has a place.
/// Bounds: [#FILE_BYTES_MAX], and those of [YamlTree] on nesting, nodes and alias expansion. UTF-8 only; a
/// leading byte order mark is skipped.
final class YamlReader {

    /// Largest policy file read.
    static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /// @param documents the trees of all readable documents, in the order of the file
    /// @param isComplete false if some document could not be read, so that objects may be missing
    record Reading(List<YamlTree.Tree> documents, List<Diagnostic> diagnostics, boolean isComplete) {}

    private final String file;
    private final LoadSettings settings;
    private final Findings findings = new Findings("");
    private final List<YamlTree.Tree> documents = new ArrayList<>();

    private YamlReader(String file) {
        this.file = file;
        this.settings = LoadSettings.builder()
                .setLabel(file)
                .setSchema(new CoreSchema())
                .setCodePointLimit(FILE_BYTES_MAX)
                .build();
    }

    static Reading read(String file, byte[] bytes) {
        YamlReader reader = new YamlReader(file);
        reader.readAll(bytes);
        return new Reading(List.copyOf(reader.documents), reader.findings.all(), !reader.findings.hasErrors());
    }

    private void readAll(byte[] bytes) {
        if (bytes.length > FILE_BYTES_MAX) {
            findings.error(
                    new Position(file, 1, 1),
                    "",
                    "the file has " + bytes.length + " bytes",
                    "at most " + FILE_BYTES_MAX + " bytes");
            return;
        }
        CharBuffer text = CharBuffer.allocate(bytes.length);
        if (isUtf8(bytes, text)) {
            String decoded = text.flip().toString();
            split(!decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK ? decoded.substring(1) : decoded);
        }
    }

    private boolean isUtf8(byte[] bytes, CharBuffer text) {
        if (bytes.length >= 2 && ((bytes[0] & 0xFF) ^ (bytes[1] & 0xFF)) == 1 && (bytes[0] & 0xFE) == 0xFE) {
            findings.error(new Position(file, 1, 1), "", "the file is encoded in UTF-16", "UTF-8");
            return false;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        if (result.isError()) {
            findings.error(end(text.flip().toString()), "", "the bytes here are not UTF-8", "UTF-8 text");
            return false;
        }
        return true;
    }

    /// The place just after the given text.
    private Position end(String text) {
        int lineStart = text.lastIndexOf('\n') + 1;
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        return new Position(file, line, 1 + text.codePointCount(lineStart, text.length()));
    }

    private void split(String text) {
        int partStart = 0;
        int partLine = 1;
        int line = 1;
        for (int start = 0; start < text.length(); line++) {
            if (start > partStart && isDocumentStart(text, start)) {
                readPart(text.substring(partStart, start), partLine);
                partStart = start;
                partLine = line;
            }
            int newline = text.indexOf('\n', start);
            start = newline < 0 ? text.length() : newline + 1;
        }
        readPart(text.substring(partStart), partLine);
    }

    private static boolean isDocumentStart(String text, int start) {
        return text.startsWith("---", start)
                && (start + 3 == text.length() || Character.isWhitespace(text.charAt(start + 3)));
    }

    private void readPart(String part, int firstLine) {
        if (hasControlCharacters(part, firstLine)) {
            return;
        }
        YamlTree tree = new YamlTree(file, firstLine, settings, documents::add);
        try {
            tree.read(new ParserImpl(settings, new StreamReader(settings, part)));
        } catch (YamlTree.Refused refused) {
            findings.error(refused.at, "", refused.getMessage(), refused.expected);
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(tree::position)
                    .orElse(new Position(file, firstLine, 1));
            findings.error(at, "", syntaxMessage(e));
        } catch (YamlEngineException e) {
            findings.error(new Position(file, firstLine, 1), "", "not valid YAML: " + e.getMessage());
        }
    }

    private static String syntaxMessage(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem()).strip();
        String context = e.getContext();
        return context == null || context.isBlank()
                ? "not valid YAML: " + problem
                : "not valid YAML: " + context.strip() + ", " + problem;
    }

    private boolean hasControlCharacters(String part, int firstLine) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean isAllowed = c >= ' ' ? c != 0x7F && c != BYTE_ORDER_MARK : c == '\n' || c == '\r' || c == '\t';
            if (!isAllowed) {
                Position inPart = end(part.substring(0, i));
                String name = c == BYTE_ORDER_MARK
                        ? "a byte order mark inside the text"
                        : String.format("the control character U+%04X", (int) c);
                findings.error(
                        new Position(file, firstLine + inPart.line() - 1, inPart.column()),
                        "",
                        name + " is not allowed in YAML");
                return true;
            }
        }
        return false;
    }
}
