package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.document.Yaml.Entry;
import io.forebay.policy.document.Yaml.Scalar;
import io.forebay.policy.document.Yaml.ScalarType;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FewEntriesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FewEntries.MAX, FewEntries.MAX + 1})
    void mappingKeepsOrderAndFindsEachKey(int size) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = size; i > 0; i--) {
            entries.put("k" + i, entry(i));
        }
        Yaml.Mapping mapping = new Yaml.Mapping(at(1), new LinkedHashMap<>(entries));

        assertThat(mapping.entries()).isEqualTo(entries);
        assertThat(mapping.entries().keySet()).containsExactlyElementsOf(entries.keySet());
        for (int i = 1; i <= size; i++) {
            assertThat(mapping.text("k" + i)).isEqualTo(Integer.toString(i));
            assertThat(mapping.entries()).containsKey("k" + i);
        }
        assertThat(mapping.value("other")).isNull();
        assertThat(mapping.entries()).doesNotContainKey("other");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FewEntries.MAX + 1})
    void mappingIsNotChangedAfterwards(int size) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            entries.put("k" + i, entry(i));
        }
        Yaml.Mapping mapping = new Yaml.Mapping(at(1), entries);
        entries.clear();

        assertThat(mapping.entries()).hasSize(size);
        assertThatThrownBy(() -> mapping.entries().put("x", entry(1)))
                .isInstanceOf(UnsupportedOperationException.class);
        Iterator<Map.Entry<String, Entry>> all = mapping.entries().entrySet().iterator();
        for (int i = 0; i < size; i++) {
            all.next();
        }
        assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
    }

    private static Entry entry(int line) {
        return new Entry(at(line), new Scalar(at(line), ScalarType.STRING, Integer.toString(line)));
    }

    private static Position at(int line) {
        return new Position("a.yaml", line, 1);
    }
}
