package io.forebay.policy;

import io.forebay.policy.route.HostTable;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The server name of a TLS handshake (RFC 6066 section 3) as lookups by host want it. Immutable; made once a
/// connection.
public final class ServerName {
    /// Of clients that sent none.
    public static final ServerName NONE = new ServerName(new byte[0]);

    private final byte[] bytes;

    private ServerName(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The name as the client sent it.
    ///
    /// @param name in any case, with or without its last dot; null when the client sent none
    public static ServerName of(@Nullable String name) {
        if (name == null) {
            return NONE;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return new ServerName(host.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Whether the client sent none.
    public boolean isMissing() {
        return bytes.length == 0;
    }

    /// The value of the most specific name of the table that covers this one, or null.
    public <V> @Nullable V find(HostTable<V> table) {
        return table.mostSpecific(bytes, ByteSpan.of(0, bytes.length));
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
