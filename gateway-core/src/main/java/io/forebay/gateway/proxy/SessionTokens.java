package io.forebay.gateway.proxy;

import io.forebay.policy.ByteSpan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Makes and reads the tokens that bind clients to endpoints. A token says nothing about addresses and cannot be made
/// or changed by a client: it has a keyed hash of the endpoint, the time of its making, and a keyed hash of both. It
/// is good wherever the key is, so a session outlives reloads and restarts without a table. Owned by one loop.
///
/// In base 64 for URLs without padding: version (1 byte, 2), seconds since 1970 when the session began (4) and when the
/// token was made (4), tag of the endpoint (8), seal (8). Version 1 had one time, which was both.
final class SessionTokens {
    private static final byte ONE_TIME = 1;
    private static final byte TWO_TIMES = 2;
    private static final int SEAL_BYTES = 8;
    private static final int ONE_TIME_BYTES = 1 + 4 + 8 + SEAL_BYTES;
    private static final int TWO_TIMES_BYTES = ONE_TIME_BYTES + 4;
    private static final int CHARACTERS_MAX = (TWO_TIMES_BYTES * 4 + 2) / 3;

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

    /// A token for an endpoint: the short one where the session begins now.
    String make(SessionToken said) {
        boolean isNew = said.begunSeconds() == said.usedSeconds();
        ByteBuffer token = ByteBuffer.allocate(isNew ? ONE_TIME_BYTES : TWO_TIMES_BYTES);
        token.put(isNew ? ONE_TIME : TWO_TIMES).putInt((int) said.begunSeconds());
        if (!isNew) {
            token.putInt((int) said.usedSeconds());
        }
        token.putLong(said.tag());
        token.putLong(seal(token.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /// What a token says, or null where it is none of ours.
    ///
    /// @param span where the token stands in `bytes`
    @Nullable
    SessionToken read(byte[] bytes, long span) {
        if (!ByteSpan.isPresent(span) || ByteSpan.length(span) > CHARACTERS_MAX) {
            return null;
        }
        byte[] token;
        try {
            ByteBuffer decoded =
                    Base64.getUrlDecoder().decode(ByteBuffer.wrap(bytes, ByteSpan.offset(span), ByteSpan.length(span)));
            token = Arrays.copyOf(decoded.array(), decoded.limit());
        } catch (IllegalArgumentException e) {
            return null;
        }
        int version = token.length == 0 ? 0 : token[0];
        boolean isWhole = (version == ONE_TIME && token.length == ONE_TIME_BYTES)
                || (version == TWO_TIMES && token.length == TWO_TIMES_BYTES);
        return isWhole ? sealed(token, version == TWO_TIMES) : null;
    }

    private @Nullable SessionToken sealed(byte[] token, boolean hasTwoTimes) {
        ByteBuffer parts = ByteBuffer.wrap(token, 1, token.length - 1);
        long begunSeconds = Integer.toUnsignedLong(parts.getInt());
        long usedSeconds = hasTwoTimes ? Integer.toUnsignedLong(parts.getInt()) : begunSeconds;
        long tag = parts.getLong();
        return parts.getLong() == seal(token) ? new SessionToken(tag, begunSeconds, usedSeconds) : null;
    }

    private long seal(byte[] token) {
        mac.update(token, 0, token.length - SEAL_BYTES);
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }
}
