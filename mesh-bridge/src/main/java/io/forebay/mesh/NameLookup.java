package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;

/// How the names of one backend are looked up.
///
/// @param family which addresses are wanted
/// @param refreshNs the longest time between two lookups of a name, [#REFRESH_MIN_NS] to [#REFRESH_MAX_NS]
/// @param respectsTtl whether a name is looked up again as soon as its records say; otherwise each `refreshNs`
public record NameLookup(Family family, long refreshNs, boolean respectsTtl) {
    /// No name is looked up more often, whatever its records say.
    public static final long REFRESH_MIN_NS = TimeUnit.SECONDS.toNanos(1);

    public static final long REFRESH_MAX_NS = TimeUnit.HOURS.toNanos(1);
    public static final long REFRESH_DEFAULT_NS = TimeUnit.SECONDS.toNanos(60);

    /// How long a name whose name servers say that it is gone keeps its addresses: a zone may lose names by mistake.
    public static final long ABSENT_KEPT_NS = TimeUnit.MINUTES.toNanos(5);

    public static final NameLookup DEFAULT = new NameLookup(Family.IPV4_PREFERRED, REFRESH_DEFAULT_NS, true);

    /// Families of addresses.
    public enum Family {
        IPV4,
        IPV6,
        /// IPv6 only of names that have no address of IPv4.
        IPV4_PREFERRED,
        /// IPv4 only of names that have no address of IPv6.
        IPV6_PREFERRED,
        IPV4_AND_IPV6
    }

    public NameLookup {
        requireNonNull(family, "family");
        if (refreshNs < REFRESH_MIN_NS || refreshNs > REFRESH_MAX_NS) {
            throw new IllegalArgumentException(
                    "refreshNs must be " + REFRESH_MIN_NS + " to " + REFRESH_MAX_NS + ": " + refreshNs);
        }
    }
}
