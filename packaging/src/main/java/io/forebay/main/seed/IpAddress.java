package io.forebay.main.seed;

import io.forebay.policy.IpLiteral;
import java.net.InetAddress;

/// IP addresses as text, alone or with the length of their network's prefix.
final class IpAddress {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    private IpAddress() {}

    static boolean isV4(String text) {
        return IpLiteral.isV4(text);
    }

    static boolean isV6(String text) {
        if (!IpLiteral.isV6(text)) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length == V6_BITS / Byte.SIZE;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isValid(String text) {
        return isV4(text) || isV6(text);
    }

    /// `192.0.2.5/24`; the bits beyond the prefix are the host's.
    static boolean hasPrefix(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int bits = Integer.parseInt(text.substring(slash + 1));
        return bits <= (isV4(address) ? V4_BITS : V6_BITS) && isValid(address);
    }
}
