package io.forebay.policy.limit;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One limit ready to count: its arithmetic, the hash of its identity, the bytes of its fields.
final class Meter {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final LimitRule rule;
    private final CellRate rate;
    private final byte[] quotedName;
    private final byte[] policyItem;

    Meter(LimitRule rule) {
        this.rule = rule;
        this.rate = CellRate.of(rule.requests(), rule.unitNs(), rule.burst());
        String name = quoted(rule.name());
        this.quotedName = name.getBytes(StandardCharsets.US_ASCII);
        this.policyItem =
                (name + ";q=" + rule.requests() + ";w=" + seconds(rule.unitNs())).getBytes(StandardCharsets.US_ASCII);
    }

    LimitRule rule() {
        return rule;
    }

    CellRate rate() {
        return rate;
    }

    /// The name as a Structured Field string.
    byte[] quotedName() {
        return quotedName;
    }

    /// The member of `RateLimit-Policy`.
    byte[] policyItem() {
        return policyItem;
    }

    /// A debt or a refusal as [LimitTable] tells it.
    long take(LimitTable table, RequestFacts facts, Principal principal, PeerIdentity peer, long nowNs) {
        long limit = KeyHash.text(table.seed(), rule.id());
        return table.take(limit, hash(limit, rule.key(), facts, principal, peer), rate, nowNs);
    }

    private static long hash(long hash, LimitKey key, RequestFacts facts, Principal principal, PeerIdentity peer) {
        return switch (key) {
            case LimitKey.Everyone everyone -> hash;
            case LimitKey.ByClaim claim -> text(hash, principal.claims().first(claim.claim()));
            case LimitKey.ByHeader header -> header(hash, facts, header);
            case LimitKey.ByAddress address -> KeyHash.text(hash, peer.address());
            case LimitKey.ByCertificate certificate -> text(hash, name(peer.certificate()));
            case LimitKey.ByTenant tenant -> KeyHash.text(hash, principal.tenant());
            case LimitKey.ByAll all -> all(hash, all, facts, principal, peer);
        };
    }

    private static long all(long hash, LimitKey.ByAll all, RequestFacts facts, Principal principal, PeerIdentity peer) {
        long h = hash;
        for (int i = 0; i < all.parts().size(); i++) {
            h = hash(h, all.parts().get(i), facts, principal, peer);
        }
        return h;
    }

    private static long header(long hash, RequestFacts facts, LimitKey.ByHeader header) {
        long span = facts.header(header.header());
        return span == ByteSpan.ABSENT
                ? KeyHash.absent(hash)
                : KeyHash.bytes(hash, facts.bytes(), ByteSpan.offset(span), ByteSpan.length(span));
    }

    private static long text(long hash, @Nullable String text) {
        return text == null ? KeyHash.absent(hash) : KeyHash.text(hash, text);
    }

    private static @Nullable String name(@Nullable ClientCertificate certificate) {
        return certificate == null ? null : certificate.name();
    }

    /// Rounded up.
    static long seconds(long durationNs) {
        return Math.ceilDiv(durationNs, NANOS_PER_SECOND);
    }

    /// RFC 9651 section 3.3.3; a character that cannot stand there becomes `_`.
    private static String quoted(String name) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c >= 0x20 && c < 0x7f ? c : '_');
        }
        return text.append('"').toString();
    }
}
