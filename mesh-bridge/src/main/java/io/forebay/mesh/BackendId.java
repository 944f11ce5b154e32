package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

/// The identity of a backend across policy reloads: state such as breakers and counts in use is carried over by it.
public record BackendId(String namespace, String name) implements Comparable<BackendId> {
    public BackendId {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        if (namespace.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "a backend needs a namespace and a name: '" + namespace + "/" + name + "'");
        }
    }

    /// The id that is written `namespace/name`.
    public static BackendId of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not namespace/name: " + text);
        }
        return new BackendId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(BackendId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
