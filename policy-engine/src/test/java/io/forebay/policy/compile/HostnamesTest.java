package io.forebay.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostnamesTest {

    @Test
    void noHostnamesOnEitherSideServeEveryHost() {
        assertThat(Hostnames.intersect(null, List.of())).containsExactly((String) null);
    }

    @Test
    void oneSideAloneDecides() {
        assertThat(Hostnames.intersect("*.shop.example", List.of())).containsExactly("*.shop.example");
        assertThat(Hostnames.intersect(null, List.of("a.example", "*.b.example")))
                .containsExactly("a.example", "*.b.example");
    }

    @Test
    void theNarrowerNameRemains() {
        assertThat(Hostnames.intersect("*.example", List.of("a.b.example", "*.c.example", "other.test")))
                .containsExactly("a.b.example", "*.c.example");
        assertThat(Hostnames.intersect("a.b.example", List.of("*.example"))).containsExactly("a.b.example");
    }

    @Test
    void aWildcardDoesNotCoverItsOwnSuffixOrOtherNames() {
        assertThat(Hostnames.intersect("*.example", List.of("example", "badexample")))
                .isEmpty();
        assertThat(Hostnames.intersect("a.example", List.of("b.example"))).isEmpty();
    }
}
