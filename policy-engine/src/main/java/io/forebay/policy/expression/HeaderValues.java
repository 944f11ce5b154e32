package io.forebay.policy.expression;

import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import java.util.AbstractMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of one request by name, looked up when they are asked for. There is nothing that goes through all of
/// them: the expressions have no macros that would.
final class HeaderValues extends AbstractMap<String, String> {
    private final RequestFacts facts;

    HeaderValues(RequestFacts facts) {
        this.facts = facts;
    }

    @Override
    public @Nullable String get(Object name) {
        return facts.headerText(HeaderName.of(String.valueOf(name).toLowerCase(Locale.ROOT)));
    }

    @Override
    public boolean containsKey(Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        throw new UnsupportedOperationException("fields are looked up by name");
    }
}
