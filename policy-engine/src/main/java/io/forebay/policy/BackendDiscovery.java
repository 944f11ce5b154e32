package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which endpoints of one Backend are found by name, and how.
///
/// @param names in the order of the policy
/// @param refreshNs the longest time between two lookups of a name
/// @param respectsTtl whether a name is looked up again as soon as its records say
public record BackendDiscovery(List<Name> names, Family family, long refreshNs, boolean respectsTtl) {
    /// All endpoints are written down.
    public static final BackendDiscovery NONE =
            new BackendDiscovery(List.of(), Family.IPV4_PREFERRED, 60_000_000_000L, true);

    public BackendDiscovery {
        names = List.copyOf(names);
    }

    /// A name of the DNS.
    ///
    /// @param port 0 where SRV records say it
    /// @param zone in which its addresses are, or null
    public record Name(String hostname, int port, @Nullable String zone) {
        public Name(String hostname, int port) {
            this(hostname, port, null);
        }
    }

    /// Which addresses are wanted.
    public enum Family {
        IPV4,
        IPV6,
        IPV4_PREFERRED,
        IPV6_PREFERRED,
        IPV4_AND_IPV6
    }
}
