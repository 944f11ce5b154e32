package io.forebay.gateway.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The hosts of a listener at one moment, immutable, with the generation that numbers the moment.
///
/// Owns one reference to each context it lists. A successor takes over the contexts that did not change; the
/// others are released once the successor is published.
final class TlsHostTable {
    private final long generation;
    private final List<TlsHostContext> contexts;
    private final boolean isOpen;
    private final Map<String, TlsHostContext> exact = new HashMap<>();
    private final Map<String, TlsHostContext> wildcards = new HashMap<>();
    private final @Nullable TlsHostContext fallback;
    private final boolean hasOneTrust;

    TlsHostTable(long generation, List<TlsHostContext> contexts) {
        this(generation, contexts, true);
    }

    private TlsHostTable(long generation, List<TlsHostContext> contexts, boolean isOpen) {
        this.generation = generation;
        this.contexts = List.copyOf(contexts);
        this.isOpen = isOpen;
        @Nullable TlsHostContext fallback = null;
        for (TlsHostContext context : contexts) {
            TlsHost host = context.host();
            if (host.isDefault()) {
                fallback = context;
            } else if (host.isWildcard()) {
                wildcards.put(host.hostname().substring(2), context);
            } else {
                exact.put(host.hostname(), context);
            }
        }
        this.fallback = fallback;
        this.hasOneTrust =
                contexts.stream().map(TlsHostContext::trust).distinct().count() <= 1;
    }

    /// The same hosts and generation, for the connections there are; new ones find it closed.
    TlsHostTable closed() {
        return new TlsHostTable(generation, contexts, false);
    }

    boolean isOpen() {
        return isOpen;
    }

    long generation() {
        return generation;
    }

    /// Whether every host asks the same of its clients, so that no request can slip from one demand under
    /// another.
    boolean hasOneTrust() {
        return hasOneTrust;
    }

    /// The host for a lower-case DNS name without trailing dot, or for a client that sent none; null: nobody
    /// serves it.
    @Nullable
    TlsHostContext pick(@Nullable String name) {
        if (name == null) {
            return fallback;
        }
        TlsHostContext match = exact.get(name);
        if (match == null && !wildcards.isEmpty()) {
            match = longestWildcard(name);
        }
        return match != null ? match : fallback;
    }

    private @Nullable TlsHostContext longestWildcard(String name) {
        for (int dot = name.indexOf('.', 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            TlsHostContext match = wildcards.get(name.substring(dot + 1));
            if (match != null) {
                return match;
            }
        }
        return null;
    }

    /// The context of exactly this hostname pattern.
    @Nullable
    TlsHostContext of(TlsHost host) {
        if (host.isDefault()) {
            return fallback;
        }
        return host.isWildcard() ? wildcards.get(host.hostname().substring(2)) : exact.get(host.hostname());
    }

    /// Lower case and without the trailing dot, as the table's names are.
    static @Nullable String normalised(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
