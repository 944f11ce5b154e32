package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.RequestFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the rule for a request on one listener, by the precedence of the Gateway API (HTTPRouteSpec hostnames and
/// HTTPRouteMatch): exact host, then the longest wildcard, then any; under each host the exact path, then the regular
/// expressions, then the longest prefix by whole segments; under each path the method, the most headers, the most
/// query parameters, the oldest route, its name, and the order of its rules. A request that a more specific host
/// names but no path of it takes is offered to the less specific ones.
///
/// Immutable, called on every loop. A match creates nothing and costs a probe per label of the host and per segment
/// of the path, whatever the number of routes; only matches that share host *and* path are tried one by one, and the
/// regular expressions of the host where it has any: these decode the path.
public final class RouteIndex {

    public static final RouteIndex EMPTY = new RouteIndex(List.of(), Map.of());

    private final List<RouteCandidate> candidates;
    private final Map<String, PathIndex> byHost = new HashMap<>();
    private final HostTable<PathIndex> hosts;

    private RouteIndex(List<RouteCandidate> candidates, Map<String, PathIndex> before) {
        this.candidates = List.copyOf(candidates);
        Map<String, List<RouteCandidate>> groups = new LinkedHashMap<>();
        for (RouteCandidate candidate : candidates) {
            String host = candidate.hostname() == null ? "" : candidate.hostname();
            groups.computeIfAbsent(host, key -> new ArrayList<>()).add(candidate);
        }
        HostTable.Builder<PathIndex> hosts = new HostTable.Builder<>();
        groups.forEach((host, group) -> {
            PathIndex earlier = before.get(host);
            PathIndex paths = earlier != null && earlier.isOf(group) ? earlier : new PathIndex(group);
            byHost.put(host, paths);
            hosts.putIfAbsent(host, paths);
        });
        this.hosts = hosts.build();
    }

    public static RouteIndex of(List<RouteCandidate> candidates) {
        return of(candidates, EMPTY);
    }

    /// The same, made with less work and memory where an earlier one has hosts with the very same candidates.
    public static RouteIndex of(List<RouteCandidate> candidates, RouteIndex before) {
        return new RouteIndex(candidates, before.byHost);
    }

    /// What the index was made of, in the given order.
    public List<RouteCandidate> candidates() {
        return candidates;
    }

    /// The rule that takes the request, or null.
    public @Nullable RouteRule match(RequestFacts facts) {
        byte[] bytes = facts.bytes();
        long host = facts.host();
        RouteRule rule = match(hosts.exact(bytes, host), facts);
        for (int dot = hosts.nextWildcard(bytes, host, ByteSpan.offset(host));
                rule == null && dot >= 0;
                dot = hosts.nextWildcard(bytes, host, dot + 1)) {
            rule = match(hosts.wildcard(bytes, host, dot), facts);
        }
        return rule == null ? match(hosts.any(), facts) : rule;
    }

    private static @Nullable RouteRule match(@Nullable PathIndex paths, RequestFacts facts) {
        return paths == null ? null : paths.match(facts);
    }
}
