package io.forebay.gateway.offload;

import io.forebay.gateway.http.FieldLines;
import java.util.Locale;
import java.util.function.BiConsumer;

/// The fields that describe a body (RFC 9110 section 8, the `Content-*` ones), which go with it from a
/// client to a worker and back. Its length is stated anew.
final class ContentFields {
    private static final String DESCRIBES = "content-";
    private static final String LENGTH = "content-length";

    private ContentFields() {}

    static void forEach(FieldLines fields, BiConsumer<String, String> action) {
        for (int line = 0; line < fields.count(); line++) {
            String name = fields.nameText(line).toLowerCase(Locale.ROOT);
            if (name.startsWith(DESCRIBES) && !name.equals(LENGTH)) {
                action.accept(name, fields.valueText(line));
            }
        }
    }
}
