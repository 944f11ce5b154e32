package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderEditsTest {

    private static ForwardedHeader header(String name, String value) {
        return new ForwardedHeader(HeaderName.of(name), value);
    }

    @Test
    void laterEditsHaveTheLastWordOnTheirNames() {
        HeaderEdits rule = new HeaderEdits(
                List.of(header("a", "rule"), header("b", "rule"), header("c", "rule")),
                List.of(header("d", "rule"), header("e", "rule")),
                List.of(HeaderName.of("f")));
        HeaderEdits backend = new HeaderEdits(
                List.of(header("a", "backend"), header("d", "backend")),
                List.of(header("b", "backend")),
                List.of(HeaderName.of("c")));
        HeaderEdits both = rule.then(backend);
        assertThat(both.set()).containsExactly(header("b", "rule"), header("a", "backend"), header("d", "backend"));
        assertThat(both.add()).containsExactly(header("e", "rule"), header("b", "backend"));
        assertThat(both.remove()).containsExactly(HeaderName.of("f"), HeaderName.of("c"));
    }

    @Test
    void nothingMoreIsTheSameObject() {
        HeaderEdits some = new HeaderEdits(List.of(header("a", "b")), List.of(), List.of());
        assertThat(some.then(HeaderEdits.NONE)).isSameAs(some);
        assertThat(HeaderEdits.NONE.then(some)).isSameAs(some);
    }
}
