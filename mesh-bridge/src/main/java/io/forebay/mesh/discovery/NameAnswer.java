package io.forebay.mesh.discovery;

import java.util.List;

/// What became of one lookup.
public sealed interface NameAnswer {
    /// Whatever a name server says, a name is asked for at least so often; see [io.forebay.mesh.NameLookup].
    long UNTIL_REFRESH = Long.MAX_VALUE;

    /// The name has addresses.
    ///
    /// @param addresses one or more, in any order
    /// @param ttlNs how long the answer holds, or [#UNTIL_REFRESH]
    /// @param isWhole whether each of the questions that make up the lookup was answered
    record Found(List<FoundAddress> addresses, long ttlNs, boolean isWhole) implements NameAnswer {
        public Found {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("no address was found");
            }
        }
    }

    /// The name does not exist, or has no addresses.
    ///
    /// @param reason for operators
    /// @param ttlNs how long that holds (RFC 2308), or [#UNTIL_REFRESH]
    record Absent(String reason, long ttlNs) implements NameAnswer {}

    /// Nobody could say.
    ///
    /// @param reason for operators
    record Failed(String reason) implements NameAnswer {}
}
