package io.forebay.policy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A field name in lower case with its bytes and hash ready, so that a request head finds the field without text.
/// Made when a policy is compiled, shared by all threads. A name that is no RFC 9110 token, or holds `_` (refused
/// at the edge), throws [IllegalArgumentException].
public final class HeaderName {

    private final String name;
    private final byte[] bytes;
    private final int hash;

    private HeaderName(String name) {
        this.name = name;
        this.bytes = name.getBytes(StandardCharsets.US_ASCII);
        this.hash = ByteSpan.hash(bytes, 0, bytes.length);
    }

    public static HeaderName of(String name) {
        if (!isToken(name)) {
            throw new IllegalArgumentException("not a header name: '" + name + "'");
        }
        return new HeaderName(name.toLowerCase(Locale.ROOT));
    }

    /// Whether the text is a field name that the edge accepts.
    public static boolean isToken(String name) {
        return !name.isEmpty() && name.chars().allMatch(HeaderName::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^`|~".indexOf(c) >= 0;
    }

    /// The name in lower case.
    public String text() {
        return name;
    }

    /// The lower-case bytes, not to be changed by the caller.
    public byte[] bytes() {
        return bytes;
    }

    /// [ByteSpan#hash] of the lower-case bytes.
    public int hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderName that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name;
    }
}
