package io.forebay.gateway.proxy;

import java.security.SecureRandom;

/// The secret that tokens of sessions are made with. Gateways with the same key understand each other's tokens.
public final class SessionKey {
    /// How long a key is, in bytes.
    public static final int BYTES = 32;

    private final byte[] bytes;

    /// @param bytes [#BYTES] of them, random
    public SessionKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a session key has " + BYTES + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /// A key that nobody else has.
    public static SessionKey random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SessionKey(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "SessionKey[...]";
    }
}
