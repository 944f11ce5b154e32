package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.mesh.HashKey;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.CookieLine;
import io.forebay.policy.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a request is hashed to where a backend is balanced by hash: the same number on every loop, after a restart,
/// and on every gateway of a fleet. It places requests and guards nothing, so it has no secret. Creates nothing.
final class RequestHash {
    private static final HeaderName COOKIE = HeaderName.of("cookie");
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final @Nullable HeaderName header;
    private final byte @Nullable [] cookie;

    private RequestHash(@Nullable HeaderName header, byte @Nullable [] cookie) {
        this.header = header;
        this.cookie = cookie;
    }

    /// Null where nothing is hashed.
    static @Nullable RequestHash by(@Nullable HashKey key) {
        return switch (key) {
            case null -> null;
            case HashKey.SourceIp _ -> new RequestHash(null, null);
            case HashKey.Header(var name) -> new RequestHash(HeaderName.of(name), null);
            case HashKey.Cookie(var name) -> new RequestHash(COOKIE, name.getBytes(StandardCharsets.ISO_8859_1));
        };
    }

    /// The number of a request; a random one where it lacks what is hashed.
    long of(Exchange exchange) {
        HeaderName field = header;
        if (field == null) {
            return ofText(exchange.connection().peer().address());
        }
        RequestHead head = exchange.head();
        long span = head.header(field);
        byte[] name = cookie;
        if (name != null && ByteSpan.isPresent(span)) {
            span = CookieLine.value(head.bytes(), span, name);
        }
        return ByteSpan.isPresent(span)
                ? ofBytes(head.bytes(), ByteSpan.offset(span), ByteSpan.end(span))
                : exchange.loop().nextRandom();
    }

    private static long ofText(String text) {
        long hash = FNV_BASIS;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    private static long ofBytes(byte[] bytes, int from, int to) {
        long hash = FNV_BASIS;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /// The finalizer of SplitMix64: values that differ in their last characters are far apart.
    private static long mixed(long hash) {
        long z = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
