package io.forebay.admin.call;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a handler reads of a call: the named path segments, the query, the change's reason, the caller.
public final class Parameters {
    public static final int PAGE_SIZE_MAX = 500;
    public static final int PAGE_SIZE_DEFAULT = 100;
    private static final int VALUE_CHARACTERS_MAX = 512;

    private final Call call;
    private final Map<String, String> names;

    Parameters(Call call, Map<String, String> names) {
        this.call = call;
        this.names = Map.copyOf(names);
    }

    /// A named segment of the operation's template.
    public String name(String name) {
        String value = names.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no segment {" + name + "}");
        }
        return value;
    }

    public Optional<String> query(String name) {
        String value = call.query().get(name);
        if (value != null && (value.isEmpty() || value.length() > VALUE_CHARACTERS_MAX)) {
            throw refused("bad-value", name + " must have 1 to " + VALUE_CHARACTERS_MAX + " characters");
        }
        return Optional.ofNullable(value);
    }

    public String requiredQuery(String name) {
        return query(name).orElseThrow(() -> refused("missing-parameter", name + " is required"));
    }

    /// How many things a page may hold.
    public int limit() {
        return query("limit").map(Parameters::limit).orElse(PAGE_SIZE_DEFAULT);
    }

    private static int limit(String text) {
        boolean isShortNumber = text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int limit = isShortNumber ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > PAGE_SIZE_MAX) {
            throw refused("bad-value", "limit must be 1 to " + PAGE_SIZE_MAX);
        }
        return limit;
    }

    /// Why the operator changes something, in the operator's words: the `reason` of the JSON body, if there is one.
    public @Nullable String changeReason() {
        return ChangeBody.reason(call);
    }

    public Call call() {
        return call;
    }

    /// A refusal of one parameter.
    public static CallRefused refused(String reason, String detail) {
        return new CallRefused(new Problem(ProblemKind.BAD_PARAMETER, reason, detail));
    }
}
