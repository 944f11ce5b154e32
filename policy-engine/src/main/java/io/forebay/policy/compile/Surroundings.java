package io.forebay.policy.compile;

import io.forebay.policy.document.FaultyDocument;
import java.util.List;

/// All that an HTTPRoute's meaning may depend on beside itself: the other objects in force and those that fail closed,
/// in the order in which they were accepted, which is what decides between two that want the same.
record Surroundings(List<LiveObject> objects, List<FaultyDocument> closed) {

    static final Surroundings NONE = new Surroundings(List.of(), List.of());

    /// Whether a route means the same in both. Looks at memory rather than at contents: a file that was not changed
    /// has the documents it had.
    @SuppressWarnings("ReferenceEquality") // the very documents
    boolean areSameAs(Surroundings others) {
        if (objects.size() != others.objects.size() || closed.size() != others.closed.size()) {
            return false;
        }
        for (int i = 0; i < objects.size(); i++) {
            LiveObject object = objects.get(i);
            LiveObject other = others.objects.get(i);
            if (object.document() != other.document() || !object.material().equals(other.material())) {
                return false;
            }
        }
        for (int i = 0; i < closed.size(); i++) {
            if (closed.get(i) != others.closed.get(i)) {
                return false;
            }
        }
        return true;
    }
}
