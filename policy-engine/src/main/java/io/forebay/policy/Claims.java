package io.forebay.policy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The claims of a verified token as text: each claim is a list of values (a scalar is a list of one). A claim
/// inside an object is found under its dotted path, unless a claim literally has that name. Immutable, any thread;
/// lookups create no object.
public final class Claims {

    public static final Claims NONE = new Claims(Map.of());

    private static final int SCOPE_SHARED_MAX = 64;

    private final Map<String, List<String>> values;
    private final Set<String> scopes;

    public Claims(Map<String, List<String>> values) {
        Map<String, List<String>> copy = new HashMap<>(values.size() * 2);
        values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        this.values = copy;
        this.scopes = scopes(copy);
    }

    /// The union of `scope` (RFC 8693 section 4.2) and `scp`, both as a list or as words between blanks.
    private static Set<String> scopes(Map<String, List<String>> values) {
        Set<String> scopes = new HashSet<>();
        for (String name : List.of("scope", "scp")) {
            for (String text : values.getOrDefault(name, List.of())) {
                for (String word : text.split(" ", -1)) {
                    if (!word.isEmpty()) {
                        // Of few words in many tokens: one object each, which is also faster to compare.
                        scopes.add(word.length() <= SCOPE_SHARED_MAX ? word.intern() : word);
                    }
                }
            }
        }
        return Set.copyOf(scopes);
    }

    /// All values of a claim, empty if it is absent.
    public List<String> all(String name) {
        List<String> list = values.get(name);
        return list == null ? List.of() : list;
    }

    /// The first value of a claim, or null.
    public @Nullable String first(String name) {
        List<String> list = values.get(name);
        return list == null || list.isEmpty() ? null : list.get(0);
    }

    public boolean hasScope(String scope) {
        return scopes.contains(scope);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }
}
