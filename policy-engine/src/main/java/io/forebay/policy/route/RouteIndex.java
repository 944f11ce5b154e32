package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.RequestFacts;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    /// Changed hosts up to which tables are copied for each rather than made anew.
    private static final int CHANGED_MAX = 32;

    public static final RouteIndex EMPTY = new RouteIndex(List.of(), new HostTable.Builder<PathIndex>().build());

    private final List<RouteCandidate> candidates;
    private final HostTable<PathIndex> hosts;

    private RouteIndex(List<RouteCandidate> candidates, HostTable<PathIndex> hosts) {
        this.candidates = List.copyOf(candidates);
        this.hosts = hosts;
    }

    public static RouteIndex of(List<RouteCandidate> candidates) {
        return of(candidates, EMPTY);
    }

    /// The same, made with less work and memory where an earlier one has hosts with the very same candidates: of
    /// thousands of routes that change one at a time, only the changed one costs.
    public static RouteIndex of(List<RouteCandidate> candidates, RouteIndex before) {
        Set<String> changed = changedHosts(candidates, before.candidates);
        return new RouteIndex(
                candidates,
                changed == null ? grouped(candidates, before.hosts) : edited(candidates, before.hosts, changed));
    }

    private static HostTable<PathIndex> grouped(List<RouteCandidate> candidates, HostTable<PathIndex> before) {
        HostTable.Builder<PathIndex> hosts = new HostTable.Builder<>();
        byHost(candidates.stream()).forEach((host, group) -> {
            PathIndex earlier = before.get(host);
            hosts.putIfAbsent(host, earlier != null && earlier.isOf(group) ? earlier : new PathIndex(group));
        });
        return hosts.build();
    }

    private static HostTable<PathIndex> edited(
            List<RouteCandidate> candidates, HostTable<PathIndex> before, Set<String> changed) {
        HostTable<PathIndex> hosts = before;
        Stream<RouteCandidate> concerned = candidates.stream().filter(candidate -> changed.contains(host(candidate)));
        for (Map.Entry<String, List<RouteCandidate>> group : byHost(concerned).entrySet()) {
            hosts = hosts.with(group.getKey(), new PathIndex(group.getValue()));
        }
        return hosts;
    }

    private static Map<String, List<RouteCandidate>> byHost(Stream<RouteCandidate> candidates) {
        return candidates.collect(Collectors.groupingBy(RouteIndex::host, LinkedHashMap::new, Collectors.toList()));
    }

    /// The hosts of which some candidates are other ones, or null where they are many, or where a candidate's place
    /// is another host's now.
    @SuppressWarnings("ReferenceEquality") // comparing what they say would cost as much as making the index
    private static @Nullable Set<String> changedHosts(List<RouteCandidate> now, List<RouteCandidate> before) {
        Set<String> changed = new LinkedHashSet<>();
        boolean areFew = now.size() == before.size();
        for (int i = 0; areFew && i < now.size(); i++) {
            RouteCandidate candidate = now.get(i);
            if (candidate != before.get(i)) {
                changed.add(host(candidate));
                areFew = host(candidate).equals(host(before.get(i))) && changed.size() <= CHANGED_MAX;
            }
        }
        return areFew ? changed : null;
    }

    private static String host(RouteCandidate candidate) {
        return candidate.hostname() == null ? "" : candidate.hostname();
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
