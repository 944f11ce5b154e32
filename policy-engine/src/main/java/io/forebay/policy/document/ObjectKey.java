package io.forebay.policy.document;

import java.util.Objects;

/// What makes a policy object the same one across reloads: kind, namespace, name. Prints as
/// `HTTPRoute default/shop`.
public record ObjectKey(Kind kind, String namespace, String name) implements Comparable<ObjectKey> {

    /// Namespace of an object whose metadata names none.
    public static final String DEFAULT_NAMESPACE = "default";

    public ObjectKey {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byKind = kind.compareTo(other.kind);
        int byNamespace = byKind == 0 ? namespace.compareTo(other.namespace) : byKind;
        return byNamespace == 0 ? name.compareTo(other.name) : byNamespace;
    }

    @Override
    public String toString() {
        return kind.kindName() + " " + namespace + "/" + name;
    }
}
