package io.forebay.policy.offload;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The keys that webhooks are signed with, one a line as Standard Webhooks 1.0 writes them: `whsec_` and 24 to 64 bytes
/// in base 64. All sign, so that receivers may change from one to the next at their leisure. Equal to another of the
/// same text; never shows a key. Immutable.
public final class SigningKeys {
    private static final String PREFIX = "whsec_";
    private static final int KEYS_MAX = 4;
    private static final int KEY_BYTES_MIN = 24;
    private static final int KEY_BYTES_MAX = 64;
    private static final String ALGORITHM = "HmacSHA256";

    private final String text;
    private final List<SecretKeySpec> keys;

    private SigningKeys(String text, List<SecretKeySpec> keys) {
        this.text = text;
        this.keys = List.copyOf(keys);
    }

    /// Why a text holds no keys; never shows it.
    public static final class InvalidKeysException extends Exception {
        private static final long serialVersionUID = 1;

        private InvalidKeysException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /// Reads 1 to 4 keys; empty lines and those that begin with `#` say nothing.
    public static SigningKeys parse(String text) throws InvalidKeysException {
        List<SecretKeySpec> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (!line.isEmpty() && line.charAt(0) != '#') {
                keys.add(key(line, number));
            }
        }
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw new InvalidKeysException("holds " + keys.size() + " keys; expected 1 to " + KEYS_MAX);
        }
        return new SigningKeys(text, keys);
    }

    private static SecretKeySpec key(String line, int number) throws InvalidKeysException {
        if (line.startsWith(PREFIX)) {
            try {
                byte[] bytes = Base64.getDecoder().decode(line.substring(PREFIX.length()));
                if (bytes.length >= KEY_BYTES_MIN && bytes.length <= KEY_BYTES_MAX) {
                    return new SecretKeySpec(bytes, ALGORITHM);
                }
            } catch (IllegalArgumentException notBase64) {
                // said below
            }
        }
        throw new InvalidKeysException("has no key in line " + number + "; expected " + PREFIX + " and " + KEY_BYTES_MIN
                + " to " + KEY_BYTES_MAX + " bytes in base 64");
    }

    /// The value of the field `webhook-signature`: one signature a key, over the message's id, its time and its body.
    ///
    /// @param seconds since 1970, as the field `webhook-timestamp` says
    public String sign(String id, long seconds, byte[] body) {
        StringBuilder signatures = new StringBuilder();
        for (SecretKeySpec key : keys) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
                String signature = Base64.getEncoder().encodeToString(mac.doFinal(body));
                signatures.append(signatures.isEmpty() ? "v1," : " v1,").append(signature);
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
            }
        }
        return signatures.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SigningKeys that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "SigningKeys[" + keys.size() + "]";
    }
}
