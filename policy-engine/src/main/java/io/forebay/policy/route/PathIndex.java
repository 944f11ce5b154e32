package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.RequestFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The matches under one hostname: a hash of exact paths, then the regular expressions one by one, then a tree of
/// prefixes with one segment an edge. A prefix that fails on method, headers or query leads to the next shorter one
/// that has matches. Of regular expressions the longest is tried first, as Envoy Gateway sorts them. A method of gRPC
/// without its service is looked for after all prefixes but `/`: a service is more precise (GRPCRouteRule, precedence).
final class PathIndex {

    private final List<RouteCandidate> candidates;
    private final ByteTable<Predicate[]> exact;
    private final Predicate[] expressions;
    private final Node root;

    PathIndex(List<RouteCandidate> candidates) {
        this.candidates = List.copyOf(candidates);
        Map<String, List<Predicate>> exact = new LinkedHashMap<>();
        List<Predicate> expressions = new ArrayList<>();
        Growing tree = new Growing();
        for (RouteCandidate candidate : candidates) {
            String path = candidate.match().path().value();
            List<Predicate> slot = switch (candidate.match().path().kind()) {
                case EXACT -> exact.computeIfAbsent(path, key -> new ArrayList<>());
                case REGULAR_EXPRESSION -> expressions;
                case PREFIX -> tree.descend(path).predicates;
                case GRPC_METHOD -> tree.predicates;
            };
            slot.add(new Predicate(candidate));
        }
        this.expressions = Predicate.longestFirst(expressions);
        Map<String, Predicate[]> sorted = new LinkedHashMap<>();
        exact.forEach((path, list) -> sorted.put(path, Predicate.inOrder(list)));
        this.exact = new ByteTable<>(sorted);
        this.root = new Node(tree, null);
    }

    /// Whether it was made of the very same candidates.
    @SuppressWarnings("ReferenceEquality") // comparing what they say would cost as much as making the index
    boolean isOf(List<RouteCandidate> others) {
        boolean areSame = candidates.size() == others.size();
        for (int i = 0; areSame && i < others.size(); i++) {
            areSame = candidates.get(i) == others.get(i);
        }
        return areSame;
    }

    @Nullable
    RouteRule match(RequestFacts facts) {
        byte[] bytes = facts.bytes();
        long path = facts.path();
        RouteRule rule = Predicate.first(exact.find(bytes, ByteSpan.offset(path), ByteSpan.length(path)), facts);
        if (rule == null && expressions.length > 0) {
            rule = Predicate.first(expressions, facts);
        }
        if (rule != null || ByteSpan.length(path) == 0 || bytes[ByteSpan.offset(path)] != '/') {
            return rule;
        }
        for (Node node = deepest(bytes, path); node != null; node = node.shorter) {
            rule = Predicate.first(node.predicates, facts);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    private Node deepest(byte[] bytes, long path) {
        Node node = root;
        int end = ByteSpan.end(path);
        int segment = ByteSpan.offset(path) + 1;
        while (segment <= end && node.children != null) {
            int stop = segment;
            while (stop < end && bytes[stop] != '/') {
                stop++;
            }
            Node child = node.children.find(bytes, segment, stop - segment);
            if (child == null) {
                return node;
            }
            node = child;
            segment = stop + 1;
        }
        return node;
    }

    /// A prefix; `shorter` is the nearest one above that has matches.
    private static final class Node {
        private final Predicate[] predicates;
        private final @Nullable ByteTable<Node> children;
        private final @Nullable Node shorter;

        Node(Growing tree, @Nullable Node shorter) {
            this.predicates = Predicate.inOrder(tree.predicates);
            this.shorter = shorter;
            Node above = predicates.length == 0 ? shorter : this;
            Map<String, Node> nodes = new LinkedHashMap<>();
            tree.children.forEach((segment, child) -> nodes.put(segment, new Node(child, above)));
            this.children = nodes.isEmpty() ? null : new ByteTable<>(nodes);
        }
    }

    /// The tree while it is built.
    private static final class Growing {
        private final List<Predicate> predicates = new ArrayList<>();
        private final Map<String, Growing> children = new LinkedHashMap<>();

        /// The place of a prefix; its trailing slashes have no meaning.
        Growing descend(String prefix) {
            int end = prefix.length();
            while (end > 0 && prefix.charAt(end - 1) == '/') {
                end--;
            }
            if (end == 0) {
                return this;
            }
            Growing place = this;
            for (String segment : Arrays.asList(prefix.substring(1, end).split("/", -1))) {
                place = place.children.computeIfAbsent(segment, key -> new Growing());
            }
            return place;
        }
    }
}
