package io.forebay.policy.route;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which pages of other origins may call a rule and read its answers (Gateway API, HTTPCORSFilter; the Fetch standard,
/// section 3.3). Makes the fields of answers; what the upstream says of the same is dropped, so that one of them
/// decides. Immutable, any thread.
public final class CorsRule {
    /// The wildcard of all lists.
    private static final String ANY = "*";

    private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
    private static final HeaderName ALLOW_CREDENTIALS = HeaderName.of("access-control-allow-credentials");
    private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
    private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
    private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
    private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
    private static final List<HeaderName> OF_UPSTREAM =
            List.of(ALLOW_ORIGIN, ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS, MAX_AGE);
    private static final ForwardedHeader VARY = new ForwardedHeader(HeaderName.of("vary"), "Origin");
    private static final ForwardedHeader ANY_ORIGIN = new ForwardedHeader(ALLOW_ORIGIN, ANY);
    private static final ForwardedHeader CREDENTIALS = new ForwardedHeader(ALLOW_CREDENTIALS, "true");

    private final boolean isForAll;
    private final Set<String> origins = new HashSet<>();
    private final List<Wildcard> wildcards = new ArrayList<>();
    private final boolean allowsCredentials;
    private final List<String> methods;
    private final List<String> headers;
    private final @Nullable ForwardedHeader exposed;
    private final ForwardedHeader maxAge;
    private final HeaderEdits withoutOrigin;

    /// `scheme://*.example:port`: any labels in place of the star.
    private record Wildcard(String before, String after) {
        /// No host name is longer (RFC 1035 section 2.3.4).
        private static final int HOST_CHARS_MAX = 253;

        boolean covers(String origin) {
            int stars = origin.length() - before.length() - after.length();
            return stars > 0
                    && stars <= HOST_CHARS_MAX
                    && origin.startsWith(before)
                    && origin.endsWith(after)
                    && origin.substring(before.length(), before.length() + stars)
                            .chars()
                            .allMatch(Wildcard::isOfHost);
        }

        private static boolean isOfHost(int c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
        }
    }

    /// @param origins `scheme://host:port` in lower case, whose host may begin with `*.` or be `*`; or `*` for all
    /// @param methods what a preflight is told; `*` for all, empty for those that need no permission
    /// @param headers the same of request header fields
    /// @param exposed which fields of answers pages may read; `*` for all
    /// @param maxAgeSeconds how long browsers may remember a preflight's answer
    public CorsRule(
            List<String> origins,
            boolean allowsCredentials,
            List<String> methods,
            List<String> headers,
            List<String> exposed,
            int maxAgeSeconds) {
        this.isForAll = origins.contains(ANY);
        for (String origin : origins) {
            int star = origin.indexOf('*');
            if (star < 0) {
                this.origins.add(origin);
            } else if (!origin.equals(ANY)) {
                wildcards.add(new Wildcard(origin.substring(0, star), origin.substring(star + 1)));
            }
        }
        this.allowsCredentials = allowsCredentials;
        this.methods = List.copyOf(methods);
        this.headers = List.copyOf(headers);
        this.exposed = exposed.isEmpty() ? null : new ForwardedHeader(EXPOSE_HEADERS, String.join(", ", exposed));
        this.maxAge = new ForwardedHeader(MAX_AGE, Integer.toString(maxAgeSeconds));
        this.withoutOrigin = new HeaderEdits(List.of(), vary(), OF_UPSTREAM);
    }

    /// The same answer for every origin needs no word to caches.
    private List<ForwardedHeader> vary() {
        return isForAll && !allowsCredentials ? List.of() : List.of(VARY);
    }

    private boolean allows(String origin) {
        return isForAll || origins.contains(origin) || wildcards.stream().anyMatch(wildcard -> wildcard.covers(origin));
    }

    /// What becomes of the answer to a request.
    ///
    /// @param origin of the page that asks; null where no page does
    public HeaderEdits answer(@Nullable String origin) {
        if (origin == null || !allows(origin)) {
            return withoutOrigin;
        }
        List<ForwardedHeader> set = granted(origin);
        if (exposed != null) {
            set.add(exposed);
        }
        return new HeaderEdits(set, vary(), OF_UPSTREAM);
    }

    private List<ForwardedHeader> granted(String origin) {
        List<ForwardedHeader> lines = new ArrayList<>(6);
        lines.add(isForAll && !allowsCredentials ? ANY_ORIGIN : new ForwardedHeader(ALLOW_ORIGIN, origin));
        if (allowsCredentials) {
            lines.add(CREDENTIALS);
        }
        return lines;
    }

    /// The fields of the answer to a preflight (Fetch, section 3.3.3); no permission in them is a refusal.
    ///
    /// @param method the value of `Access-Control-Request-Method`
    /// @param requested the value of `Access-Control-Request-Headers`, or null
    public List<ForwardedHeader> preflight(String origin, String method, @Nullable String requested) {
        List<ForwardedHeader> lines = new ArrayList<>(7);
        if (allows(origin)) {
            lines.addAll(granted(origin));
            list(lines, ALLOW_METHODS, methods, method);
            list(lines, ALLOW_HEADERS, headers, requested);
            lines.add(maxAge);
        }
        lines.addAll(vary());
        return lines;
    }

    /// With credentials a star means nothing but itself, so the browser is told what it asked for.
    private void list(List<ForwardedHeader> lines, HeaderName field, List<String> allowed, @Nullable String asked) {
        boolean isAsked = allowsCredentials && allowed.contains(ANY);
        if (isAsked && asked != null) {
            lines.add(new ForwardedHeader(field, asked));
        } else if (!isAsked && !allowed.isEmpty()) {
            lines.add(new ForwardedHeader(field, String.join(", ", allowed)));
        }
    }
}
