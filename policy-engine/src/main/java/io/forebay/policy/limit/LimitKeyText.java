package io.forebay.policy.limit;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import org.jspecify.annotations.Nullable;

/// The value of a [LimitKey] as text, for those that must keep it longer than the request lasts. Different values have
/// different texts; all requests that lack the part asked for have the same.
public final class LimitKeyText {
    private static final String ABSENT = "-";

    private LimitKeyText() {}

    public static String of(LimitKey key, RequestFacts facts, Principal principal, PeerIdentity peer) {
        StringBuilder text = new StringBuilder();
        write(text, key, facts, principal, peer);
        return text.toString();
    }

    private static void write(
            StringBuilder text, LimitKey key, RequestFacts facts, Principal principal, PeerIdentity peer) {
        switch (key) {
            case LimitKey.Everyone everyone -> part(text, "");
            case LimitKey.ByClaim claim -> part(text, principal.claims().first(claim.claim()));
            case LimitKey.ByHeader header -> {
                long span = facts.header(header.header());
                part(text, ByteSpan.isPresent(span) ? facts.text(span) : null);
            }
            case LimitKey.ByAddress address -> part(text, peer.address());
            case LimitKey.ByCertificate certificate ->
                part(
                        text,
                        peer.certificate() == null ? null : peer.certificate().name());
            case LimitKey.ByTenant tenant -> part(text, principal.tenant());
            case LimitKey.ByAll all -> all.parts().forEach(part -> write(text, part, facts, principal, peer));
        }
    }

    /// The length before it keeps parts apart whatever they contain.
    private static void part(StringBuilder text, @Nullable String value) {
        if (value == null) {
            text.append(ABSENT);
        } else {
            text.append(value.length()).append(':').append(value);
        }
    }
}
