package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values by hostname: exact names, wildcards (`*.example`, one label or more in place of the star), and one value
/// for every host. Immutable, any thread; lookups create nothing and cost one probe per label of the host.
public final class HostTable<V> {

    private final ByteTable<V> exact;
    private final ByteTable<V> wildcard;
    private final boolean hasWildcards;
    private final @Nullable V any;

    private HostTable(Builder<V> builder) {
        this(
                new ByteTable<>(builder.exact),
                new ByteTable<>(builder.wildcard),
                !builder.wildcard.isEmpty(),
                builder.any);
    }

    private HostTable(ByteTable<V> exact, ByteTable<V> wildcard, boolean hasWildcards, @Nullable V any) {
        this.exact = exact;
        this.wildcard = wildcard;
        this.hasWildcards = hasWildcards;
        this.any = any;
    }

    /// The same names with another value for one of them; they share all but the values.
    ///
    /// @param hostname as it was given to the builder
    /// @throws IllegalArgumentException without such a name
    HostTable<V> with(String hostname, V value) {
        if (isAny(hostname)) {
            if (any == null) {
                throw new IllegalArgumentException("no value for every host");
            }
            return new HostTable<>(exact, wildcard, hasWildcards, value);
        }
        return isWildcard(hostname)
                ? new HostTable<>(exact, wildcard.with(hostname.substring(1), value), hasWildcards, any)
                : new HostTable<>(exact.with(hostname, value), wildcard, hasWildcards, any);
    }

    /// The value of a name as it was given to the builder, or null.
    @Nullable
    V get(String hostname) {
        if (isAny(hostname)) {
            return any;
        }
        return isWildcard(hostname) ? wildcard.get(hostname.substring(1)) : exact.get(hostname);
    }

    private static boolean isAny(String hostname) {
        return hostname.isEmpty() || hostname.equals("*");
    }

    private static boolean isWildcard(String hostname) {
        return hostname.startsWith("*.");
    }

    /// The value of the exact name, or null.
    public @Nullable V exact(byte[] bytes, long host) {
        return exact.find(bytes, ByteSpan.offset(host), ByteSpan.length(host));
    }

    /// The value for hosts that nothing else names, or null.
    public @Nullable V any() {
        return any;
    }

    /// Steps through the dots of a host: the index of the next dot at or after `from`, or -1 when there is none or no
    /// wildcard exists. The labels from there on, dot included, are what [#wildcard] takes; early dots are longer.
    public int nextWildcard(byte[] bytes, long host, int from) {
        if (hasWildcards) {
            for (int i = from, end = ByteSpan.end(host); i < end; i++) {
                if (bytes[i] == '.' && i > ByteSpan.offset(host)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /// The value of the wildcard whose part after the star starts at `dot`, or null.
    public @Nullable V wildcard(byte[] bytes, long host, int dot) {
        return wildcard.find(bytes, dot, ByteSpan.end(host) - dot);
    }

    /// The value of the most specific name that covers the host, or null.
    public @Nullable V mostSpecific(byte[] bytes, long host) {
        V found = exact(bytes, host);
        for (int dot = nextWildcard(bytes, host, ByteSpan.offset(host));
                found == null && dot >= 0;
                dot = nextWildcard(bytes, host, dot + 1)) {
            found = wildcard(bytes, host, dot);
        }
        return found == null ? any : found;
    }

    /// Collects names; used once, on one thread.
    public static final class Builder<V> {
        private final Map<String, V> exact = new LinkedHashMap<>();
        private final Map<String, V> wildcard = new LinkedHashMap<>();
        private @Nullable V any;

        /// Gives a name its value unless it has one.
        ///
        /// @param hostname lower-case exact or `*.` name; null, empty or `*` for every host
        public Builder<V> putIfAbsent(@Nullable String hostname, V value) {
            if (hostname == null || isAny(hostname)) {
                any = any == null ? value : any;
            } else if (isWildcard(hostname)) {
                wildcard.putIfAbsent(hostname.substring(1), value);
            } else {
                exact.putIfAbsent(hostname, value);
            }
            return this;
        }

        public HostTable<V> build() {
            return new HostTable<>(this);
        }
    }
}
