package io.forebay.policy.route;

import io.forebay.policy.ServerName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules of a listener for connections that are relayed as they are, by server name: exact, then the longest
/// wildcard, then any. Immutable, any thread; lookups create nothing.
public final class ConnectionRoutes {
    public static final ConnectionRoutes NONE = of(List.of());

    private final HostTable<ConnectionRule> byName;

    private ConnectionRoutes(HostTable<ConnectionRule> byName) {
        this.byName = byName;
    }

    /// A rule under one name.
    ///
    /// @param hostname exact or wildcard, in lower case; null for every name, and for none
    public record Candidate(@Nullable String hostname, ConnectionRule rule) {}

    /// Of candidates with the same name the first is taken.
    public static ConnectionRoutes of(List<Candidate> candidates) {
        HostTable.Builder<ConnectionRule> table = new HostTable.Builder<>();
        candidates.forEach(candidate -> table.putIfAbsent(candidate.hostname(), candidate.rule()));
        return new ConnectionRoutes(table.build());
    }

    /// The rule for a connection, or null: nobody takes it.
    public @Nullable ConnectionRule match(ServerName name) {
        return name.find(byName);
    }
}
