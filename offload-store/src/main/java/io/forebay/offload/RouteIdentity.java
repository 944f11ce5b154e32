package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// The named rule a job calls; its backends are resolved at each attempt, not stored.
public record RouteIdentity(String namespace, String name, String rule) {
    public RouteIdentity {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        requireNonNull(rule, "rule");
    }
}
