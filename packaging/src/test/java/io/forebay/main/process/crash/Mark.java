package io.forebay.main.process.crash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A body as histories keep it: a short one is its own mark, of a long one there is its beginning, length and digest.
final class Mark {
    private static final int WHOLE_CHARACTERS_MAX = 120;

    private Mark() {}

    static String of(String body) {
        return body.length() <= WHOLE_CHARACTERS_MAX
                ? body
                : body.substring(0, WHOLE_CHARACTERS_MAX) + " (" + body.length() + " characters, " + digest(body) + ")";
    }

    private static String digest(String body) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
