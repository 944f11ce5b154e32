package io.forebay.policy.document;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The entries of a mapping with a handful of keys, in the order of the file: a quarter of the memory of a linked hash
/// map, of which a policy of five thousand routes would hold fifty thousand. Immutable.
final class FewEntries extends AbstractMap<String, Yaml.Entry> {

    /// Above it a search from the front would cost more than a hash.
    static final int MAX = 12;

    private final String[] keys;
    private final Yaml.Entry[] values;

    private FewEntries(String[] keys, Yaml.Entry[] values) {
        this.keys = keys;
        this.values = values;
    }

    static FewEntries of(Map<String, Yaml.Entry> entries) {
        return new FewEntries(
                entries.keySet().toArray(String[]::new), entries.values().toArray(Yaml.Entry[]::new));
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public Yaml.@Nullable Entry get(@Nullable Object key) {
        int index = Arrays.asList(keys).indexOf(key);
        return index < 0 ? null : values[index];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return Arrays.asList(keys).contains(key);
    }

    @Override
    public Set<Map.Entry<String, Yaml.Entry>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return keys.length;
            }

            @Override
            public Iterator<Map.Entry<String, Yaml.Entry>> iterator() {
                return new InOrder();
            }
        };
    }

    private final class InOrder implements Iterator<Map.Entry<String, Yaml.Entry>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < keys.length;
        }

        @Override
        public Map.Entry<String, Yaml.Entry> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<String, Yaml.Entry> entry = Map.entry(keys[next], values[next]);
            next++;
            return entry;
        }
    }
}
