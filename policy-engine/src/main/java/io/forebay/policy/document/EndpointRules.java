package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.exactlyOne;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.text;

import io.forebay.policy.IpLiteral;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The rules of one endpoint of a Backend, wherever it is written.
final class EndpointRules {
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    private EndpointRules() {}

    /// @param path of each endpoint
    static RuleTable at(String path) {
        return RuleTable.of(
                exactlyOne(path, "fqdn", "srv", "ip", "unix"),
                pattern(
                        path + ".fqdn.hostname",
                        "(?=.*[A-Za-z-])"
                                + "[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*",
                        "a DNS name (an address belongs under ip)"),
                length(path + ".fqdn.hostname", 1, 253),
                range(path + ".fqdn.port", 1, 65_535),
                pattern(
                        path + ".srv.hostname",
                        "_[A-Za-z0-9-]+\\._(tcp|udp)(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)+",
                        "the name of SRV records, such as _http._tcp.shop.example"),
                length(path + ".srv.hostname", 1, 253),
                text(path + ".ip.address", EndpointRules::addressProblem),
                range(path + ".ip.port", 1, 65_535),
                text(path + ".unix.path", EndpointRules::socketProblem),
                pattern(path + ".zone", Patterns.ZONE, Patterns.ZONE_EXPECTED),
                length(path + ".zone", 1, 63));
    }

    private static @Nullable String addressProblem(String text) {
        return IpLiteral.isV4(text) || IpLiteral.isV6(text)
                ? null
                : "found \"" + text + "\"; expected an IPv4 or IPv6 address (a name belongs under fqdn)";
    }

    /// The kernel has room for 108 bytes with the zero that ends them (unix(7)).
    private static @Nullable String socketProblem(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return text.matches("/[^\\x00-\\x1f]*[^\\x00-\\x1f/]") && bytes <= SOCKET_PATH_BYTES_MAX
                ? null
                : "found \"" + text + "\"; expected the absolute path of a socket, at most " + SOCKET_PATH_BYTES_MAX
                        + " bytes";
    }
}
