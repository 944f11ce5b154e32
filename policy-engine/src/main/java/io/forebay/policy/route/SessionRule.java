package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.CookieLine;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How a rule keeps a client at the endpoint that answered it first (`sessionPersistence` of the Gateway API,
/// GEP-1619):
/// where the token of the session travels, and how long it is good for. Immutable, any thread.
public final class SessionRule {
    private final HeaderName field;
    private final byte @Nullable [] cookie;
    private final String name;
    private final String path;
    private final boolean isPermanent;
    private final long lifetimeSeconds;
    private final long idleSeconds;

    private SessionRule(
            HeaderName field,
            byte @Nullable [] cookie,
            String name,
            String path,
            boolean isPermanent,
            long lifetimeSeconds,
            long idleSeconds) {
        this.field = field;
        this.cookie = cookie;
        this.name = name;
        this.path = path;
        this.isPermanent = isPermanent;
        this.lifetimeSeconds = lifetimeSeconds;
        this.idleSeconds = idleSeconds;
    }

    /// A session whose token is a cookie.
    ///
    /// @param path under which clients send it (RFC 6265 section 5.1.4)
    /// @param lifetimeSeconds since the session began; 0 for no such limit
    /// @param isPermanent whether clients keep it for so long, or only while they run
    public static SessionRule cookie(String name, String path, long lifetimeSeconds, boolean isPermanent) {
        byte[] cookie = name.getBytes(StandardCharsets.US_ASCII);
        return new SessionRule(SplitKey.COOKIE, cookie, name, path, isPermanent, lifetimeSeconds, 0);
    }

    /// A session whose token is a header of the same name in answers and requests.
    ///
    /// @param lifetimeSeconds since the session began; 0 for no such limit
    public static SessionRule header(HeaderName name, long lifetimeSeconds) {
        return new SessionRule(name, null, name.text(), "", false, lifetimeSeconds, 0);
    }

    /// The same, which also ends when its client has not called for a while.
    ///
    /// @param seconds 0 for no such limit
    public SessionRule endingIdle(long seconds) {
        return new SessionRule(field, cookie, name, path, isPermanent, lifetimeSeconds, seconds);
    }

    /// The header in which answers and requests have the token, or null where that is a cookie.
    public @Nullable HeaderName header() {
        return cookie == null ? field : null;
    }

    /// The value of the `Set-Cookie` field that gives a client its token.
    ///
    /// @param ageSeconds since the session began
    public String setCookie(String token, boolean isSecure, long ageSeconds) {
        String age = isPermanent ? "; Max-Age=" + Math.max(1, lifetimeSeconds - ageSeconds) : "";
        return name + "=" + token + "; Path=" + path + age + "; HttpOnly" + (isSecure ? "; Secure" : "");
    }

    /// How long after its beginning a session ends, 0 for never.
    public long lifetimeSeconds() {
        return lifetimeSeconds;
    }

    /// How long after its last call a session ends, 0 for never.
    public long idleSeconds() {
        return idleSeconds;
    }

    /// Where the token of a request stands in its bytes, or [ByteSpan#ABSENT]. Creates nothing.
    public long token(RequestFacts facts) {
        long span = facts.header(field);
        return cookie == null || !ByteSpan.isPresent(span) ? span : CookieLine.value(facts.bytes(), span, cookie);
    }

    @Override
    public String toString() {
        return name + " " + path + " " + lifetimeSeconds + " " + idleSeconds;
    }
}
