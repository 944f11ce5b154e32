package io.forebay.policy;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who is calling, after credentials were accepted. Immutable; lives in the token cache or with a connection, so a
/// known caller costs nothing. Equality is by [#identity], which is stable across renewals of tokens and
/// certificates and is what the job store keeps.
public final class Principal {

    /// What vouches for a principal.
    public enum Kind {
        TOKEN,
        CERTIFICATE,
        ANONYMOUS
    }

    /// The caller without credentials; its tenant is `anonymous`.
    public static final Principal ANONYMOUS =
            new Principal(Kind.ANONYMOUS, "anonymous", "anonymous", null, Claims.NONE, List.of());

    private final Kind kind;
    private final String identity;
    private final String tenant;
    private final @Nullable String provider;
    private final Claims claims;
    private final List<ForwardedHeader> headers;

    private Principal(
            Kind kind,
            String identity,
            String tenant,
            @Nullable String provider,
            Claims claims,
            List<ForwardedHeader> headers) {
        this.kind = kind;
        this.identity = identity;
        this.tenant = tenant;
        this.provider = provider;
        this.claims = claims;
        this.headers = List.copyOf(headers);
    }

    /// The holder of an accepted token.
    ///
    /// @param headers the values of `claimToHeaders`, ready to be written
    public static Principal ofToken(
            String provider,
            String issuer,
            String subject,
            Claims claims,
            @Nullable ClientCertificate certificate,
            TenantRule tenantRule,
            List<ForwardedHeader> headers) {
        String identity = "token|" + escape(provider) + "|" + escape(issuer) + "|" + escape(subject);
        String tenant = tenantRule.tenant(identity, claims, certificate);
        return new Principal(Kind.TOKEN, identity, tenant, Objects.requireNonNull(provider), claims, headers);
    }

    /// The holder of an accepted client certificate who sent no token.
    public static Principal ofCertificate(ClientCertificate certificate, TenantRule tenantRule) {
        String identity = "certificate|" + escape(certificate.name());
        String tenant = tenantRule.tenant(identity, Claims.NONE, certificate);
        return new Principal(Kind.CERTIFICATE, identity, tenant, null, Claims.NONE, List.of());
    }

    /// Keeps the parts of an identity apart whatever they contain.
    private static String escape(String part) {
        return part.replace("%", "%25").replace("|", "%7C");
    }

    public Kind kind() {
        return kind;
    }

    /// Stable text: `token|provider|iss|sub`, `certificate|name` or `anonymous`, with `|` inside a part escaped.
    public String identity() {
        return identity;
    }

    public String tenant() {
        return tenant;
    }

    /// Name of the provider that accepted the token, or null.
    public @Nullable String provider() {
        return provider;
    }

    public Claims claims() {
        return claims;
    }

    /// What `claimToHeaders` adds to the upstream request.
    public List<ForwardedHeader> headers() {
        return headers;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Principal that && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    @Override
    public String toString() {
        return identity;
    }
}
