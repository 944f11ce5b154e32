package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MirrorRuleTest {

    private static int takenOf10000(MirrorRule rule) {
        SplittableRandom random = new SplittableRandom(42);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += rule.takes(random.nextLong()) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void shareOfTheRequestsIsCopied() {
        assertThat(takenOf10000(new MirrorRule("default/m", 100, 100))).isEqualTo(10_000);
        assertThat(takenOf10000(new MirrorRule("default/m", 0, 100))).isZero();
        assertThat(takenOf10000(new MirrorRule("default/m", 1, 4))).isCloseTo(2_500, within(150));
        assertThat(takenOf10000(new MirrorRule("default/m", 5, 1000))).isCloseTo(50, within(25));
    }

    @Test
    void nothingIsCopiedToABackendThatIsNotThere() {
        assertThat(takenOf10000(new MirrorRule(null, 100, 100))).isZero();
    }
}
