package io.forebay.policy.document;

import org.jspecify.annotations.Nullable;

/// `HTTPRouteFilter.spec`: what an HTTPRoute's filter of type `ExtensionRef` refers to.
public record HttpRouteFilterSpec(DirectResponse directResponse) {

    /// A fixed answer instead of a backend's.
    ///
    /// @param statusCode 200 to 599; absent: 200
    /// @param body absent: an empty one
    public record DirectResponse(
            @Nullable Integer statusCode,
            @Nullable String contentType,
            @Nullable Body body) {}

    /// Where the body stands.
    ///
    /// @param type absent: `Inline`
    public record Body(@Nullable String type, @Nullable String inline) {}
}
