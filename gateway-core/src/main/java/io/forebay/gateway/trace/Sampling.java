package io.forebay.gateway.trace;

import io.forebay.policy.AddressRange;
import java.net.InetAddress;
import java.util.List;

/// Which requests are traced. A client that is not trusted decides nothing: neither by its sampled flag nor by the
/// trace id it chose, from which some samplers tell.
final class Sampling {
    /// A random number below it, as an unsigned one of 63 bits, is a yes.
    private final long threshold;

    private final List<AddressRange> trusted;

    Sampling(double ratio, List<AddressRange> trusted) {
        this.threshold = ratio >= 1 ? Long.MAX_VALUE : (long) (ratio * Long.MAX_VALUE);
        this.trusted = trusted;
    }

    /// @param hasParent whether the client belongs to a trace of its own
    /// @param isParentSampled what it says of that
    /// @param client its address as text
    /// @param random uniformly distributed
    boolean samples(boolean hasParent, boolean isParentSampled, String client, long random) {
        if (hasParent && !trusted.isEmpty() && isTrusted(client)) {
            return isParentSampled;
        }
        return threshold == Long.MAX_VALUE || (random & Long.MAX_VALUE) < threshold;
    }

    private boolean isTrusted(String client) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(client);
        } catch (IllegalArgumentException e) {
            // A client without an address, such as one behind a Unix socket.
            return false;
        }
        for (AddressRange range : trusted) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
