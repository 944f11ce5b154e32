package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.mesh.HashKey;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.CookieLine;
import io.forebay.policy.HeaderName;
import io.forebay.policy.StableHash;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a request is hashed to where a backend is balanced by hash: the same number on every loop, after a restart,
/// and on every gateway of a fleet. It places requests and guards nothing, so it has no secret. Creates nothing.
final class RequestHash {
    private static final HeaderName COOKIE = HeaderName.of("cookie");

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
            return StableHash.of(exchange.connection().peer().address());
        }
        RequestHead head = exchange.head();
        long span = head.header(field);
        byte[] name = cookie;
        if (name != null && ByteSpan.isPresent(span)) {
            span = CookieLine.value(head.bytes(), span, name);
        }
        return ByteSpan.isPresent(span)
                ? StableHash.of(head.bytes(), ByteSpan.offset(span), ByteSpan.length(span))
                : exchange.loop().nextRandom();
    }

    /// The number of a connection of which nothing but the client is known; `random` where that is not what is hashed.
    long of(ConnectionAddresses client, long random) {
        return header == null ? StableHash.of(client.client()) : random;
    }
}
