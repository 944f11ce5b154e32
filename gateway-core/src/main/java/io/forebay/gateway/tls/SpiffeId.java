package io.forebay.gateway.tls;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A SPIFFE ID (SPIFFE-ID standard, section 2): `spiffe://<trust domain>/<path>`, no query, fragment, port or
/// user, no empty or dot segments. What deviates is no SPIFFE ID; it is never repaired.
record SpiffeId(String id, String trustDomain) {
    private static final int ID_CHARS_MAX = 2048;
    private static final Pattern FORM =
            Pattern.compile("spiffe://([a-z0-9._-]{1,255})((?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+)*)");

    static @Nullable SpiffeId parse(String uri) {
        if (uri.length() > ID_CHARS_MAX) {
            return null;
        }
        Matcher form = FORM.matcher(uri);
        return form.matches() ? new SpiffeId(uri, form.group(1)) : null;
    }
}
