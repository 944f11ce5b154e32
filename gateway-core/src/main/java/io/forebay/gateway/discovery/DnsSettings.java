package io.forebay.gateway.discovery;

import io.forebay.policy.IpLiteral;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Which name servers are asked.
///
/// @param servers in the order they are asked in; empty for those of the system
public record DnsSettings(List<InetSocketAddress> servers) {
    public static final DnsSettings SYSTEM = new DnsSettings(List.of());
    public static final int PORT_DEFAULT = 53;
    public static final int SERVERS_MAX = 8;

    public DnsSettings {
        servers = List.copyOf(servers);
        if (servers.size() > SERVERS_MAX) {
            throw new IllegalArgumentException("at most " + SERVERS_MAX + " name servers: " + servers.size());
        }
    }

    /// The name servers written as `10.0.0.2, 10.0.0.3:5353, [fd00::2]:53`; empty for the system's.
    ///
    /// @throws IllegalArgumentException if that is not a list of addresses
    public static DnsSettings of(String text) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String server : text.split(",", -1)) {
            if (!text.isBlank()) {
                servers.add(address(server.strip()));
            }
        }
        return new DnsSettings(servers);
    }

    /// Names them to resolvers.
    public DnsServerAddressStreamProvider provider() {
        return servers.isEmpty()
                ? DnsServerAddressStreamProviders.platformDefault()
                : new SequentialDnsServerAddressStreamProvider(servers);
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        boolean isBracketed = text.startsWith("[");
        boolean hasPort = isBracketed ? text.lastIndexOf("]:") > 0 : colon > 0 && text.indexOf(':') == colon;
        String host = hasPort ? text.substring(0, colon) : text;
        String literal = isBracketed && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        int port = hasPort ? port(text.substring(colon + 1)) : PORT_DEFAULT;
        try {
            if (port >= 1 && port <= 65_535 && (IpLiteral.isV4(literal) || IpLiteral.isV6(literal))) {
                return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
            }
        } catch (IllegalArgumentException malformed) {
            // An address by its characters only.
        }
        throw new IllegalArgumentException(
                "expected addresses of name servers, such as 10.0.0.2 or 10.0.0.2:5353, found \"" + text + "\"");
    }

    private static int port(String digits) {
        boolean isNumber =
                !digits.isEmpty() && digits.length() < 6 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(digits) : 0;
    }
}
