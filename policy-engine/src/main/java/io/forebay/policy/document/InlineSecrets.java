package io.forebay.policy.document;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the core kinds Secret and ConfigMap, whose contents stand in the file itself.
final class InlineSecrets {

    /// The fields of a Secret beside its header.
    record SecretFields(
            @Nullable String type,
            Map<String, String> data,
            Map<String, String> stringData,
            @Nullable Boolean immutable) {}

    /// The fields of a ConfigMap beside its header.
    record ConfigMapFields(
            Map<String, String> data, @Nullable Boolean immutable) {}

    private InlineSecrets() {}

    static @Nullable Document secret(Header header, @Nullable SecretFields fields, Findings findings) {
        if (fields == null) {
            return null;
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        fields.data().forEach((key, encoded) -> {
            try {
                data.put(key, Base64.getDecoder().decode(encoded.replaceAll("\\s", "")));
            } catch (IllegalArgumentException e) {
                String path = Binder.child("data", key);
                findings.error(
                        header.at(path), path, "the value is not base64", "base64, or plain text under stringData");
            }
        });
        fields.stringData().forEach((key, text) -> data.put(key, text.getBytes(StandardCharsets.UTF_8)));
        String type = fields.type();
        return new Document.Secret(header, type == null ? "Opaque" : type, Map.copyOf(data));
    }
}
