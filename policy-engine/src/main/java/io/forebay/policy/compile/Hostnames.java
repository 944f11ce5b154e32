package io.forebay.policy.compile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Intersects the hostnames of a route with a listener's, by the Gateway API's rules: `*.example` covers every name
/// that ends in `.example`, however many labels it has.
final class Hostnames {

    private Hostnames() {}

    /// The names under which the listener serves the route: one null entry for "every host"; empty if the two have
    /// nothing in common.
    static List<@Nullable String> intersect(@Nullable String listener, List<String> route) {
        if (route.isEmpty()) {
            List<@Nullable String> whole = new ArrayList<>();
            whole.add(listener);
            return whole;
        }
        if (listener == null) {
            return new ArrayList<@Nullable String>(route);
        }
        Set<@Nullable String> common = new LinkedHashSet<>();
        for (String hostname : route) {
            if (hostname.equals(listener) || covers(listener, hostname)) {
                common.add(hostname);
            } else if (covers(hostname, listener)) {
                common.add(listener);
            }
        }
        return new ArrayList<>(common);
    }

    static boolean covers(String wildcard, String name) {
        return wildcard.startsWith("*.")
                && name.endsWith(wildcard.substring(1))
                && name.length() > wildcard.length() - 1;
    }
}
