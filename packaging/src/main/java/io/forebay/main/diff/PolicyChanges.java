package io.forebay.main.diff;

import io.forebay.policy.compile.PolicyDiff;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.Position;
import io.forebay.policy.reload.PolicyCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a reload from one folder to another would change, as `--json` shows it. Which objects differ is what the
/// gateway's own reload says; an object that is moved or laid out otherwise is the same.
///
/// @param closed faulty objects whose routes would answer 500
record PolicyChanges(
        boolean equal,
        List<ObjectAt> added,
        List<ObjectAt> removed,
        List<ChangedObject> changed,
        List<ObjectAt> closed) {

    /// @param object `Kind namespace/name`
    /// @param at `file:line` in the folder that has it
    record ObjectAt(String object, String at) {}

    /// @param at `file:line` in the new folder
    /// @param fields empty where only what it refers to has changed: a file that it names, a Secret
    record ChangedObject(String object, String at, List<FieldChange> fields) {}

    static PolicyChanges between(PolicyCheck.Reading before, PolicyCheck.Reading after) {
        PolicyDiff diff = after.result().objects().since(before.result().objects());
        Map<ObjectKey, Document> old = byKey(before);
        Map<ObjectKey, Document> now = byKey(after);
        return new PolicyChanges(
                diff.isEmpty(),
                diff.added().stream().map(key -> at(key, now)).toList(),
                diff.removed().stream().map(key -> at(key, old)).toList(),
                diff.changed().stream().map(key -> changed(key, old, now)).toList(),
                diff.closed().stream().map(key -> at(key, now)).toList());
    }

    private static Map<ObjectKey, Document> byKey(PolicyCheck.Reading reading) {
        Map<ObjectKey, Document> documents = new HashMap<>();
        reading.documents().forEach(document -> documents.putIfAbsent(document.key(), document));
        return documents;
    }

    private static ObjectAt at(ObjectKey key, Map<ObjectKey, Document> documents) {
        return new ObjectAt(key.toString(), place(key, documents));
    }

    private static ChangedObject changed(
            ObjectKey key, Map<ObjectKey, Document> before, Map<ObjectKey, Document> after) {
        Document one = before.get(key);
        Document other = after.get(key);
        List<FieldChange> fields = one == null || other == null
                ? List.of()
                : FieldChanges.between(one.header().root(), other.header().root(), key.kind() == Kind.SECRET);
        return new ChangedObject(key.toString(), place(key, after), fields);
    }

    private static String place(ObjectKey key, Map<ObjectKey, Document> documents) {
        Document document = documents.get(key);
        if (document == null) {
            return "";
        }
        Position at = document.header().at();
        return at.file() + ":" + at.line();
    }
}
