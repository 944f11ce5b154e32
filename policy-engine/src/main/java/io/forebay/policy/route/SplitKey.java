package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.CookieLine;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.StableHash;
import java.nio.charset.StandardCharsets;

/// Who is to stay on one side of a weighted split. Immutable, any thread; creates nothing.
public sealed interface SplitKey {

    /// By the value of the first field line of a header.
    record ByHeader(HeaderName header) implements SplitKey {}

    /// By the value of the first cookie of that name (RFC 6265 section 4.2).
    record ByCookie(CookieName cookie) implements SplitKey {}

    /// By the first value of a claim of the caller's token.
    record ByClaim(String claim) implements SplitKey {}

    /// By the peer's address.
    record ByAddress() implements SplitKey {}

    /// A cookie's name with its bytes ready.
    final class CookieName {
        private final String text;
        private final byte[] bytes;

        public CookieName(String text) {
            this.text = text;
            this.bytes = text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// The field that cookies come in.
    HeaderName COOKIE = HeaderName.of("cookie");

    /// A number that is the same for the same value, whatever its route, process or time, and uniform over the values.
    ///
    /// @param random for a request that lacks the value: any `long`, uniform
    default long point(RequestFacts facts, Principal principal, PeerIdentity peer, long random) {
        return switch (this) {
            case ByHeader(var name) -> ofSpan(facts.bytes(), facts.header(name), random);
            case ByCookie(var name) -> ofSpan(facts.bytes(), cookie(facts, name.bytes), random);
            case ByClaim(var name) -> {
                String value = principal.claims().first(name);
                yield value == null ? random : StableHash.of(value);
            }
            case ByAddress() -> StableHash.of(peer.address());
        };
    }

    private static long ofSpan(byte[] bytes, long span, long random) {
        return ByteSpan.isPresent(span) && ByteSpan.length(span) > 0
                ? StableHash.of(bytes, ByteSpan.offset(span), ByteSpan.length(span))
                : random;
    }

    /// The value of the first cookie of that name in the first `Cookie` line, which is the only one that HTTP/1.1
    /// clients send.
    private static long cookie(RequestFacts facts, byte[] name) {
        long field = facts.header(COOKIE);
        if (!ByteSpan.isPresent(field)) {
            return ByteSpan.ABSENT;
        }
        return CookieLine.value(facts.bytes(), field, name);
    }
}
