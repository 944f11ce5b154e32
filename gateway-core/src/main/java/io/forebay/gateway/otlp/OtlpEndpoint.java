package io.forebay.gateway.otlp;

import java.net.URI;

/// A receiver of OTLP over HTTP, by its base; each signal has a path of its own below (OTLP, section OTLP/HTTP
/// Request).
public final class OtlpEndpoint {
    private OtlpEndpoint() {}

    /// Reads the base.
    ///
    /// @param key what the setting is called, for the message
    /// @throws IllegalArgumentException it is no http or https URL
    public static URI parse(String key, String text) {
        try {
            return require(key, URI.create(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message(key, text), e);
        }
    }

    /// The same URI, if it can be a base.
    ///
    /// @throws IllegalArgumentException it cannot
    public static URI require(String key, URI base) {
        boolean isHttp = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
        if (!isHttp || base.getHost() == null || base.getRawQuery() != null) {
            throw new IllegalArgumentException(message(key, base.toString()));
        }
        return base;
    }

    private static String message(String key, String text) {
        return key + " must be an http or https URL: " + text;
    }

    /// Where a signal is posted.
    ///
    /// @param signal `traces` or `metrics`
    public static URI target(URI base, String signal) {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/v1/" + signal);
    }
}
