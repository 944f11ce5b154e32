package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The head of one answer: read from an upstream's bytes, or made by the gateway with [#begin(int)] and
/// [#add(CharSequence, CharSequence)]. Owned by one event loop and reused.
public final class ResponseHead {
    static final int LINES_MAX = 128;
    private static final int HEAD_BYTES_MAX = 128 * 1024;

    private final FieldLines fields;
    private final HeadReader reader;
    private final HeadReader.Parse parse = this::parse;
    private int status;
    private int minorVersion;
    private long contentLength;
    private boolean chunked;
    private boolean keepAlive;

    /// A head for what upstreams send, or for what the gateway answers by itself.
    public ResponseHead() {
        this(LINES_MAX);
    }

    /// A head for what an upstream has sent and the gateway adds to.
    ResponseHead(int linesMax) {
        this.fields = new FieldLines(linesMax, true);
        this.reader = new HeadReader(fields, HEAD_BYTES_MAX);
    }

    /// Makes the head empty, ready for the next answer.
    public void clear() {
        fields.clear();
        reader.clear();
        reset();
    }

    private void reset() {
        status = 0;
        minorVersion = 1;
        contentLength = RequestHead.UNKNOWN_LENGTH;
        chunked = false;
        keepAlive = true;
    }

    /// Reads an upstream's HTTP/1.1 bytes.
    ///
    /// @return the length of the head, or negative: [#isMalformed(int)] tells whether more bytes can help
    public int read(ByteBuf in) {
        return reader.read(in, parse);
    }

    /// Whether any byte of a head has come.
    public boolean isStarted() {
        return fields.length() > 0;
    }

    /// Whether a negative result of [#read(ByteBuf)] is final.
    public static boolean isMalformed(int result) {
        return result == FieldLines.MALFORMED;
    }

    /// What was wrong with the bytes.
    public Malformed malformed() {
        return fields.malformed();
    }

    /// Begins an answer of the gateway's own.
    public ResponseHead begin(int statusCode) {
        clear();
        this.status = statusCode;
        return this;
    }

    /// Adds a line to an answer of the gateway's own. Names are lower case; `content-length` goes through
    /// [#contentLength(long)].
    public ResponseHead add(CharSequence name, CharSequence value) {
        if (!fields.appendLine(name, value)) {
            throw new IllegalStateException("too many lines in an answer of our own");
        }
        return this;
    }

    /// States the length of the body, and adds the field that says so.
    public ResponseHead contentLength(long bytes) {
        this.contentLength = bytes;
        return add("content-length", Long.toString(bytes));
    }

    private int parse(int at) {
        reset();
        int end = statusLine(at);
        if (end >= 0) {
            end = fields.parse(end);
        }
        return end < 0 ? end : framing(end);
    }

    /// RFC 9112 section 4; the reason phrase is ignored, as its section says.
    private int statusLine(int at) {
        byte[] b = fields.bytes();
        int end = fields.length();
        if (end - at < 13) {
            return end - at >= 5 && !isHttp1(b, at) ? fields.fail(Malformed.STATUS_LINE) : FieldLines.INCOMPLETE;
        }
        boolean isStatus = isHttp1(b, at)
                && (b[at + 7] == '0' || b[at + 7] == '1')
                && b[at + 8] == ' '
                && b[at + 9] >= '1'
                && b[at + 9] <= '5'
                && Grammar.isDigit(b[at + 10])
                && Grammar.isDigit(b[at + 11])
                && (b[at + 12] == ' ' || b[at + 12] == '\r');
        if (!isStatus) {
            return fields.fail(Malformed.STATUS_LINE);
        }
        minorVersion = b[at + 7] - '0';
        status = (b[at + 9] - '0') * 100 + (b[at + 10] - '0') * 10 + (b[at + 11] - '0');
        int p = Grammar.controlAt(b, at + 12, end);
        if (p + 1 >= end) {
            return FieldLines.INCOMPLETE;
        }
        return b[p] == '\r' && b[p + 1] == '\n' ? p + 2 : fields.fail(Malformed.STATUS_LINE);
    }

    private static boolean isHttp1(byte[] b, int at) {
        return b[at] == 'H' && b[at + 1] == 'T' && b[at + 2] == 'T' && b[at + 3] == 'P' && b[at + 4] == '/';
    }

    private int framing(int end) {
        int coding = fields.lineOf(KnownHeader.TRANSFER_ENCODING);
        if (coding >= 0) {
            if (fields.has(KnownHeader.CONTENT_LENGTH)) {
                return fields.fail(Malformed.LENGTH_AND_TRANSFER_ENCODING);
            }
            boolean isChunked = minorVersion == 1
                    && !fields.isRepeated(KnownHeader.TRANSFER_ENCODING)
                    && fields.valueText(coding).equalsIgnoreCase("chunked");
            if (!isChunked) {
                return fields.fail(Malformed.TRANSFER_ENCODING);
            }
            chunked = true;
        } else {
            Malformed problem = readLength();
            if (problem != null) {
                return fields.fail(problem);
            }
        }
        keepAlive = minorVersion == 1;
        if (fields.has(KnownHeader.CONNECTION)) {
            ConnectionOptions options = ConnectionOptions.of(fields);
            keepAlive = !options.has("close") && (keepAlive || options.has("keep-alive"));
        }
        return end;
    }

    /// Reads the length that the lines state, if they do.
    ///
    /// @return what is wrong with it, or null
    @Nullable
    Malformed readLength() {
        int line = fields.lineOf(KnownHeader.CONTENT_LENGTH);
        if (line < 0) {
            return null;
        }
        if (fields.isRepeated(KnownHeader.CONTENT_LENGTH)) {
            return Malformed.CONTENT_LENGTH_REPEATED;
        }
        contentLength = RequestRules.decimal(fields.bytes(), fields.valueStart(line), fields.valueEnd(line));
        return contentLength < 0 ? Malformed.CONTENT_LENGTH : null;
    }

    /// The status code.
    public int status() {
        return status;
    }

    /// Whether a final answer follows (RFC 9110 section 15.2).
    public boolean isInterim() {
        return status < 200;
    }

    /// The body's length in bytes, or -1 when the head does not say.
    public long contentLength() {
        return contentLength;
    }

    /// Whether the body is framed by chunks.
    public boolean isChunked() {
        return chunked;
    }

    /// Whether the upstream keeps the connection open.
    public boolean isKeepAlive() {
        return keepAlive;
    }

    /// For how many seconds the upstream says that it keeps the connection while that rests, or -1.
    public long keepAliveSeconds() {
        int line = fields.lineOf(KnownHeader.KEEP_ALIVE);
        return line < 0
                ? -1
                : KeepAliveField.timeoutSeconds(fields.bytes(), fields.valueStart(line), fields.valueEnd(line));
    }

    /// Whether an answer with this status never has a body (RFC 9110 section 6.4.1).
    public boolean isBodyless() {
        return status < 200 || status == 204 || status == 304;
    }

    /// The field lines.
    public FieldLines fields() {
        return fields;
    }

    /// The value of the field's first line, or null.
    public @Nullable String text(KnownHeader header) {
        int line = fields.lineOf(header);
        return line < 0 ? null : fields.valueText(line);
    }
}
