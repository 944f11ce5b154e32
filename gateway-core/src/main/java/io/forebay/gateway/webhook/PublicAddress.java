package io.forebay.gateway.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Whether an address is one of the public Internet, by the IANA special-purpose registries (RFC 6890 and successors).
/// Addresses of which another protocol makes something else (NAT64, 6to4, Teredo) are not: what they lead to is not
/// seen.
final class PublicAddress {
    private PublicAddress() {}

    static boolean is(InetAddress address) {
        return switch (address) {
            case Inet4Address v4 -> isPublic4(v4.getAddress());
            case Inet6Address v6 -> isPublic6(v6.getAddress());
            default -> false;
        };
    }

    private static boolean isPublic4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        return switch (a) {
            case 0, 10, 127 -> false;
            case 100 -> b < 64 || b > 127;
            case 169 -> b != 254;
            case 172 -> b < 16 || b > 31;
            case 192 ->
                !(b == 168
                        || (b == 0 && (c == 0 || c == 2))
                        || (b == 88 && c == 99)
                        || (b == 31 && c == 196)
                        || (b == 52 && c == 193)
                        || (b == 175 && c == 48));
            case 198 -> !(b == 18 || b == 19 || (b == 51 && c == 100));
            case 203 -> !(b == 0 && c == 113);
            default -> a < 224;
        };
    }

    /// Of 2000::/3 what is no documentation, benchmark or transition.
    private static boolean isPublic6(byte[] bytes) {
        int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        int second = ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
        boolean isGlobal = first >> 13 == 1;
        boolean isProtocolAssigned = first == 0x2001 && second < 0x0200;
        boolean isDocumentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
        boolean is6to4 = first == 0x2002;
        return isGlobal && !isProtocolAssigned && !isDocumentation && !is6to4;
    }
}
