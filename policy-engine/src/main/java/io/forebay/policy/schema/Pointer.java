package io.forebay.policy.schema;

import java.nio.charset.StandardCharsets;

/// JSON Pointers (RFC 6901) as texts.
final class Pointer {
    static final String ROOT = "";

    private static final String UNESCAPED = "-._~!$&'()*+,;=:@/?";

    private Pointer() {}

    static String child(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String child(String parent, int index) {
        return parent + "/" + index;
    }

    /// The pointer as a URI fragment, with its `#`.
    static String fragment(String pointer) {
        StringBuilder fragment = new StringBuilder(pointer.length() + 1).append('#');
        for (byte b : pointer.getBytes(StandardCharsets.UTF_8)) {
            if ((b > 0 && Character.isLetterOrDigit(b)) || UNESCAPED.indexOf(b) >= 0) {
                fragment.append((char) b);
            } else {
                fragment.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
        return fragment.toString();
    }
}
