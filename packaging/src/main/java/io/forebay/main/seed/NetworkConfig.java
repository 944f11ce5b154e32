package io.forebay.main.seed;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The part of cloud-init's network-config, version 2, that says what Ethernet interfaces are to have, as files of
/// systemd.network(5).
final class NetworkConfig {
    private static final List<String> ETHERNET =
            List.of("match", "dhcp4", "dhcp6", "addresses", "gateway4", "gateway6", "routes", "nameservers", "mtu");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
    private static final Pattern GLOB = Pattern.compile("[A-Za-z0-9*?._-]{1,32}");
    private static final Pattern MAC = Pattern.compile("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
    private static final int MTU_MIN = 576;
    private static final int MTU_MAX = 65_535;

    private NetworkConfig() {}

    /// @param root of the file; everything may stand below `network`
    static List<Seed.NetworkUnit> read(Yaml.Mapping root, Findings findings) {
        List<String> known = List.of("version", "ethernets");
        Fields top = root.value("network") == null
                ? Fields.of(root, "", findings, known)
                : Fields.of(root, "", findings, List.of("network"))
                        .fields("network", known)
                        .orElse(null);
        if (top == null) {
            return List.of();
        }
        top.required("version", "2"::equals, "2");
        List<Seed.NetworkUnit> units = new ArrayList<>();
        for (Map.Entry<String, Fields> ethernet : top.named("ethernets", ETHERNET)) {
            String name = ethernet.getKey();
            if (NAME.matcher(name).matches()) {
                units.add(new Seed.NetworkUnit(name, unit(name, ethernet.getValue())));
            } else {
                ethernet.getValue().refuse("has the name \"" + name + "\"", "letters, digits, '.', '_' and '-'");
            }
        }
        return units;
    }

    private static String unit(String name, Fields ethernet) {
        StringBuilder unit = new StringBuilder("# By the seed.\n[Match]\n");
        match(name, ethernet, unit);
        ethernet.text("mtu", NetworkConfig::isMtu, MTU_MIN + " to " + MTU_MAX)
                .ifPresent(mtu -> unit.append("\n[Link]\nMTUBytes=").append(mtu).append('\n'));
        unit.append("\n[Network]\nDHCP=").append(dhcp(ethernet)).append('\n');
        lines(unit, "Address", ethernet.texts("addresses", IpAddress::hasPrefix, "an address such as 192.0.2.5/24"));
        line(unit, "Gateway", ethernet.text("gateway4", IpAddress::isV4, "an IPv4 address"));
        line(unit, "Gateway", ethernet.text("gateway6", IpAddress::isV6, "an IPv6 address"));
        ethernet.fields("nameservers", List.of("addresses", "search")).ifPresent(servers -> {
            lines(unit, "DNS", servers.texts("addresses", IpAddress::isValid, "an IP address"));
            lines(unit, "Domains", servers.texts("search", HostName::isValid, HostName.EXPECTED));
        });
        for (Fields route : ethernet.list("routes", List.of("to", "via", "metric"))) {
            unit.append("\n[Route]\n");
            line(
                    unit,
                    "Destination",
                    route.required("to", NetworkConfig::isDestination, "default, or a network such as 10.0.0.0/8")
                            .filter(to -> !to.equals("default")));
            line(unit, "Gateway", route.required("via", IpAddress::isValid, "an IP address"));
            line(unit, "Metric", route.text("metric", metric -> metric.matches("[0-9]{1,9}"), "a number"));
        }
        return unit.toString();
    }

    /// By the seed's own name where it does not say otherwise.
    private static void match(String name, Fields ethernet, StringBuilder unit) {
        Optional<Fields> match = ethernet.fields("match", List.of("macaddress", "name"));
        if (match.isEmpty()) {
            unit.append("Name=").append(name).append('\n');
            return;
        }
        Fields by = match.get();
        Optional<String> address = by.text("macaddress", mac -> MAC.matcher(mac).matches(), "52:54:00:12:34:56");
        Optional<String> interfaces = by.text("name", glob -> GLOB.matcher(glob).matches(), "a name such as en*");
        if (address.isEmpty() && interfaces.isEmpty()) {
            by.refuse("matches nothing", "macaddress or name");
        }
        line(unit, "MACAddress", address);
        line(unit, "Name", interfaces);
    }

    private static String dhcp(Fields ethernet) {
        boolean isV4 = ethernet.isTrue("dhcp4");
        boolean isV6 = ethernet.isTrue("dhcp6");
        if (isV4 && isV6) {
            return "yes";
        }
        return isV4 ? "ipv4" : isV6 ? "ipv6" : "no";
    }

    private static boolean isMtu(String text) {
        return text.matches("[0-9]{3,5}") && Integer.parseInt(text) >= MTU_MIN && Integer.parseInt(text) <= MTU_MAX;
    }

    private static boolean isDestination(String text) {
        return text.equals("default") || IpAddress.hasPrefix(text);
    }

    private static void line(StringBuilder unit, String key, Optional<String> value) {
        value.ifPresent(text -> unit.append(key).append('=').append(text).append('\n'));
    }

    private static void lines(StringBuilder unit, String key, List<String> values) {
        values.forEach(value -> line(unit, key, Optional.of(value)));
    }
}
