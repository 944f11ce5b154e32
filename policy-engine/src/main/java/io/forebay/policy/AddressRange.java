package io.forebay.policy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Addresses that begin with the same bits, as CIDR notation writes them (RFC 4632 section 3.1). Immutable.
public final class AddressRange {
    private final byte[] address;
    private final int prefixBits;

    private AddressRange(byte[] address, int prefixBits) {
        this.address = address;
        this.prefixBits = prefixBits;
    }

    /// Reads `10.0.0.0/8` or `2001:db8::/32`; an address alone is a range of one. Empty where the text is no
    /// such range, or has bits beyond its prefix.
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!IpLiteral.isV4(literal) && !IpLiteral.isV6(literal)) {
            return Optional.empty();
        }
        byte[] address;
        try {
            address = InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int bits = slash < 0 ? address.length * 8 : prefixBits(text.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            return Optional.empty();
        }
        for (int bit = bits; bit < address.length * 8; bit++) {
            if ((address[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return Optional.empty();
            }
        }
        return Optional.of(new AddressRange(address, bits));
    }

    private static int prefixBits(String text) {
        return text.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(text) : -1;
    }

    /// Whether the address is one of these; never, where it is of the other version of IP.
    public boolean contains(InetAddress candidate) {
        byte[] other = candidate.getAddress();
        if (other.length != address.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != other[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange that
                && prefixBits == that.prefixBits
                && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefixBits;
    }
}
