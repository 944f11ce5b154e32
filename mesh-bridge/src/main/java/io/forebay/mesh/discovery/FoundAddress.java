package io.forebay.mesh.discovery;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/// One address of a name.
///
/// @param address an IP literal
/// @param port where an SRV record says it listens; 0 where the policy does
/// @param weight 1 or more
/// @param priority lower numbers come first
public record FoundAddress(String address, int port, int weight, int priority) {
    /// Name servers turn their answers around from one to the next: the order is ours.
    static final Comparator<FoundAddress> ORDER = Comparator.comparingInt(FoundAddress::priority)
            .thenComparing(FoundAddress::address)
            .thenComparingInt(FoundAddress::port)
            .thenComparingInt(FoundAddress::weight);

    public FoundAddress {
        requireNonNull(address, "address");
    }

    public static FoundAddress of(String address) {
        return new FoundAddress(address, 0, 1, 0);
    }
}
