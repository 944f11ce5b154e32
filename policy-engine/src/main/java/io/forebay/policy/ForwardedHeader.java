package io.forebay.policy;

import java.nio.charset.StandardCharsets;

/// A header field with a value fixed by policy or by a verified claim, its bytes ready to be written upstream.
/// A value with control characters throws [IllegalArgumentException]: it could otherwise end the field.
public final class ForwardedHeader {

    private final HeaderName name;
    private final String value;
    private final byte[] line;

    public ForwardedHeader(HeaderName name, String value) {
        if (!isFieldValue(value)) {
            throw new IllegalArgumentException("not a field value for " + name);
        }
        this.name = name;
        this.value = value;
        this.line = (name.text() + ": " + value + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Whether the text may stand in a field value (RFC 9110 section 5.5): no control characters but tab.
    public static boolean isFieldValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c != 0x7f));
    }

    public HeaderName name() {
        return name;
    }

    public String value() {
        return value;
    }

    /// `name: value CRLF` in UTF-8, not to be changed by the caller.
    public byte[] line() {
        return line;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ForwardedHeader that && name.equals(that.name) && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + value.hashCode();
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
