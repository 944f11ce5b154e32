package io.forebay.gateway.http;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The head of one request, checked and normalised: what rules look at and what is forwarded.
///
/// Filled from HTTP/1.1 bytes by [#read(ByteBuf)] or line by line by the HTTP/2 edge and by a job's attempt
/// ([#begin(CharSequence, CharSequence, CharSequence)], [#add(CharSequence, CharSequence)], [#complete()]);
/// afterwards all three look alike. The path is the normalised one, the host is in lower case without its port (RFC
/// 9110 section 4.2). Owned by one event loop and reused.
public final class RequestHead implements RequestFacts {
    /// Lines of a head (policy default); one more is answered 431.
    public static final int LINES_MAX = 100;

    /// Bytes of a head (policy default); more are answered 431.
    public static final int HEAD_BYTES_MAX = 60 * 1024;

    /// What another process may add to a head that it hands on: lines of its own, among them one with all the names of
    /// the client's certificate, percent-encoded. Certificates of a handshake have 100 KiB at most.
    private static final int HANDED_LINES_MAX = 16;
    private static final int HANDED_BYTES_MAX = 320 * 1024;

    static final int UNKNOWN_LENGTH = -1;

    private static final byte[] GRPC = "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private final FieldLines fields;
    private final int linesMax;
    private final HeadReader reader;
    private final HeadReader.Parse parse = this::parse;

    int methodStart;
    int methodEnd;
    int targetStart;
    int targetEnd;
    int pathStart;
    int pathEnd;
    int queryStart;
    int queryEnd;
    int hostStart;
    int hostEnd;
    int authorityStart;
    int authorityEnd;
    int minorVersion;
    long contentLength;
    boolean chunked;
    boolean keepAlive;
    boolean expectsContinue;
    private boolean upgrades;
    private boolean isExtendedConnect;
    boolean acceptsTrailers;

    /// A head for what clients send.
    public RequestHead() {
        this(LINES_MAX, HEAD_BYTES_MAX);
    }

    /// A head for as many lines and bytes as the gateway itself has put together.
    RequestHead(int linesMax, int headBytesMax) {
        this.linesMax = linesMax;
        this.fields = new FieldLines(linesMax);
        this.reader = new HeadReader(fields, headBytesMax);
        clear();
    }

    /// A head for what another process has taken from a client and hands on.
    static RequestHead handedOn() {
        return new RequestHead(LINES_MAX + HANDED_LINES_MAX, HEAD_BYTES_MAX + HANDED_BYTES_MAX);
    }

    /// Whether it takes what clients may send, and no more.
    boolean isOfClients() {
        return linesMax == LINES_MAX;
    }

    /// Makes the head empty, ready for the next request.
    public void clear() {
        fields.clear();
        reader.clear();
        reset();
    }

    private void reset() {
        methodStart = methodEnd = 0;
        targetStart = targetEnd = 0;
        pathStart = pathEnd = 0;
        queryStart = -1;
        queryEnd = -1;
        hostStart = hostEnd = 0;
        authorityStart = authorityEnd = -1;
        minorVersion = 1;
        contentLength = UNKNOWN_LENGTH;
        chunked = false;
        keepAlive = true;
        expectsContinue = false;
        upgrades = false;
        isExtendedConnect = false;
        acceptsTrailers = false;
    }

    /// Reads HTTP/1.1 bytes; see [HeadReader#read].
    int read(ByteBuf in) {
        return reader.read(in, parse);
    }

    /// Whether any byte of a head has come.
    boolean isStarted() {
        return fields.length() > 0;
    }

    private int parse(int at) {
        reset();
        int end = RequestLine.parse(this, fields, at);
        if (end >= 0) {
            end = fields.parse(end);
        }
        return end < 0 ? end : finish(end);
    }

    private int finish(int end) {
        Malformed problem = RequestRules.check(this, fields);
        return problem == null ? end : fields.fail(problem);
    }

    /// Begins a head that does not come from HTTP/1.1 bytes.
    ///
    /// @param target origin-form, or `*`
    public void begin(CharSequence method, CharSequence target, CharSequence authority) {
        clear();
        methodStart = fields.append(method);
        methodEnd = fields.length();
        targetStart = fields.append(target);
        targetEnd = fields.length();
        authorityStart = fields.append(authority);
        authorityEnd = fields.length();
    }

    /// Adds a line; false when there are too many.
    public boolean add(CharSequence name, CharSequence value) {
        return fields.length() + name.length() + value.length() + 4 <= HEAD_BYTES_MAX && fields.appendLine(name, value);
    }

    /// Checks and normalises a head that was begun with [#begin].
    ///
    /// @return what is wrong with it, or null
    public @Nullable Malformed complete() {
        Malformed problem = RequestLine.check(this, fields);
        return problem != null ? problem : RequestRules.check(this, fields);
    }

    /// The field lines as they came.
    public FieldLines fields() {
        return fields;
    }

    /// The length of the body in bytes, or -1 when it is not known beforehand.
    @Override
    public long contentLength() {
        return contentLength < 0 && !chunked ? 0 : contentLength;
    }

    /// Whether a body follows the head.
    public boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /// Whether the request's length is only known at its end.
    public boolean isChunked() {
        return chunked;
    }

    /// Whether `Connection` names the field, so that it is for this hop only (RFC 9110 section 7.6.1).
    public boolean isForThisHop(HeaderName name) {
        return fields.has(KnownHeader.CONNECTION)
                && ConnectionOptions.of(fields).has(name.text());
    }

    /// Marks a request whose body ends with its stream, as HTTP/2 requests without content-length do.
    public void chunked(boolean isChunked) {
        this.chunked = isChunked;
    }

    /// Whether the client waits for 100 (Continue) before it sends the body.
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /// Marks a request that asks for another protocol on its connection (RFC 9110 section 7.8).
    void upgrades(boolean isAsked) {
        upgrades = isAsked;
    }

    /// Marks a request that asks for another protocol on its HTTP/2 stream (RFC 8441). To an HTTP/1.1 upstream it is an
    /// upgrade.
    void extendedConnect() {
        upgrades = true;
        isExtendedConnect = true;
    }

    /// Whether the client asks for another protocol, which [KnownHeader#UPGRADE] names.
    public boolean isUpgrade() {
        return upgrades;
    }

    /// Whether it asks by RFC 8441, so that only a switch may be answered 2xx.
    public boolean isExtendedConnect() {
        return isExtendedConnect;
    }

    /// Whether the request is one of gRPC, whose refusals are gRPC's too.
    public boolean isGrpc() {
        int line = fields.lineOf(KnownHeader.CONTENT_TYPE);
        return line >= 0
                && methodIs("POST")
                && Grammar.startsWith(fields.bytes(), fields.valueStart(line), fields.valueEnd(line), GRPC);
    }

    boolean isKeepAlive() {
        return keepAlive;
    }

    int minorVersion() {
        return minorVersion;
    }

    /// Whether the method is HEAD, whose answers have no body.
    public boolean isHead() {
        return methodIs("HEAD");
    }

    /// Whether RFC 9110 section 9.2.1 calls the method safe.
    public boolean isSafe() {
        return methodIs("GET") || methodIs("HEAD") || methodIs("OPTIONS") || methodIs("TRACE");
    }

    /// Whether RFC 9110 section 9.2.2 calls the method idempotent.
    public boolean isIdempotent() {
        return isSafe() || methodIs("PUT") || methodIs("DELETE");
    }

    /// Compares the method, which is case-sensitive.
    public boolean methodIs(String method) {
        if (methodEnd - methodStart != method.length()) {
            return false;
        }
        byte[] b = fields.bytes();
        for (int i = 0; i < method.length(); i++) {
            if (b[methodStart + i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the normalised path begins with these ASCII characters.
    public boolean pathStartsWith(String prefix) {
        if (pathEnd - pathStart < prefix.length()) {
            return false;
        }
        byte[] b = fields.bytes();
        for (int i = 0; i < prefix.length(); i++) {
            if (b[pathStart + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] bytes() {
        return fields.bytes();
    }

    @Override
    public long method() {
        return ByteSpan.of(methodStart, methodEnd - methodStart);
    }

    @Override
    public long host() {
        return ByteSpan.of(hostStart, hostEnd - hostStart);
    }

    /// The authority as the client wrote it, with its port; what the upstream gets as `Host`.
    public long authority() {
        return authorityStart < 0 ? ByteSpan.of(0, 0) : ByteSpan.of(authorityStart, authorityEnd - authorityStart);
    }

    /// Whether the authority is the value of the one `Host` line, so that the line can travel as it is.
    public boolean isAuthorityOfHostLine() {
        int line = fields.lineOf(KnownHeader.HOST);
        return line >= 0 && fields.valueStart(line) == authorityStart;
    }

    @Override
    public long path() {
        return ByteSpan.of(pathStart, pathEnd - pathStart);
    }

    @Override
    public long query() {
        return queryStart < 0 ? ByteSpan.ABSENT : ByteSpan.of(queryStart, queryEnd - queryStart);
    }

    @Override
    public long header(HeaderName name) {
        for (int line = 0; line < fields.count(); line++) {
            if (named(line, name)) {
                return ByteSpan.of(fields.valueStart(line), fields.valueEnd(line) - fields.valueStart(line));
            }
        }
        return ByteSpan.ABSENT;
    }

    private boolean named(int line, HeaderName name) {
        byte[] wanted = name.bytes();
        int start = fields.nameStart(line);
        return fields.nameEnd(line) - start == wanted.length && Grammar.sameIgnoringCase(fields.bytes(), start, wanted);
    }

    @Override
    public @Nullable String headerText(HeaderName name) {
        String all = null;
        for (int line = 0; line < fields.count(); line++) {
            if (named(line, name)) {
                all = all == null ? fields.valueText(line) : all + ", " + fields.valueText(line);
            }
        }
        return all;
    }

    /// The value of the field's first line as text, or null.
    public @Nullable String text(KnownHeader header) {
        int line = fields.lineOf(header);
        return line < 0 ? null : fields.valueText(line);
    }

    @Override
    public String text(long span) {
        return new String(fields.bytes(), ByteSpan.offset(span), ByteSpan.length(span), StandardCharsets.ISO_8859_1);
    }
}
