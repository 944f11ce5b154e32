package io.forebay.gateway.proxy;

import io.forebay.policy.ByteSpan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes and reads the tokens that bind clients to endpoints. A token says nothing about addresses and cannot be made
/// or changed by a client: it has a keyed hash of the endpoint, the time of its making, and a keyed hash of both. It
/// is good wherever the key is, so a session outlives reloads and restarts without a table. Owned by one loop.
///
/// In base 64 for URLs without padding: version (1 byte), seconds since 1970 (4), tag of the endpoint (8), seal (8).
final class SessionTokens {
    private static final byte VERSION = 1;
    private static final int SEALED_BYTES = 1 + 4 + 8;
    private static final int TOKEN_BYTES = SEALED_BYTES + 8;
    private static final int TOKEN_CHARACTERS = TOKEN_BYTES / 3 * 4;

    private final Mac mac;

    SessionTokens(SessionKey key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.bytes(), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /// What tokens have in place of an endpoint; never 0.
    ///
    /// @param backend namespace/name
    /// @param endpoint host:port
    long tag(String backend, String endpoint) {
        mac.update(backend.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) ' ');
        long tag = ByteBuffer.wrap(mac.doFinal(endpoint.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return tag == 0 ? 1 : tag;
    }

    /// A token for an endpoint.
    ///
    /// @param nowSeconds since 1970, when the session begins
    String make(long tag, long nowSeconds) {
        ByteBuffer token = ByteBuffer.allocate(TOKEN_BYTES);
        token.put(VERSION).putInt((int) nowSeconds).putLong(tag);
        token.putLong(seal(token.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /// The tag in a token, or 0 where it is none of ours or its time is over.
    ///
    /// @param span where the token stands in `bytes`
    /// @param lifetimeSeconds how old it may be, 0 for any age
    long read(byte[] bytes, long span, long nowSeconds, long lifetimeSeconds) {
        if (!ByteSpan.isPresent(span) || ByteSpan.length(span) != TOKEN_CHARACTERS) {
            return 0;
        }
        byte[] token;
        try {
            token = Base64.getUrlDecoder()
                    .decode(ByteBuffer.wrap(bytes, ByteSpan.offset(span), TOKEN_CHARACTERS))
                    .array();
        } catch (IllegalArgumentException e) {
            return 0;
        }
        if (token.length != TOKEN_BYTES) {
            return 0;
        }
        ByteBuffer parts = ByteBuffer.wrap(token);
        byte version = parts.get();
        long madeSeconds = Integer.toUnsignedLong(parts.getInt());
        long tag = parts.getLong();
        boolean isOurs = version == VERSION && parts.getLong() == seal(token);
        boolean isOver = lifetimeSeconds > 0 && nowSeconds - madeSeconds >= lifetimeSeconds;
        return isOurs && !isOver ? tag : 0;
    }

    private long seal(byte[] token) {
        mac.update(token, 0, SEALED_BYTES);
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }
}
