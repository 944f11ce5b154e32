package io.forebay.gateway.offload;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes of a body as JSON can hold them.
final class BodyText {
    private BodyText() {}

    /// The text, or null if these bytes are no UTF-8.
    static @Nullable String of(byte[] body) {
        if (isAscii(body)) {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /// Most bodies are; the decoder takes thrice their bytes.
    private static boolean isAscii(byte[] body) {
        int all = 0;
        for (byte b : body) {
            all |= b;
        }
        return all >= 0;
    }
}
