package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

/// What of a request decides its endpoint where a backend is balanced by [Balance#CONSISTENT_HASH]. A request
/// without it goes anywhere.
public sealed interface HashKey {
    /// The address the request came from.
    record SourceIp() implements HashKey {}

    /// The value of a field's first line.
    ///
    /// @param name in lower case
    record Header(String name) implements HashKey {
        public Header {
            requireNonNull(name, "name");
        }
    }

    /// The value of a cookie that the client sends.
    record Cookie(String name) implements HashKey {
        public Cookie {
            requireNonNull(name, "name");
        }
    }
}
