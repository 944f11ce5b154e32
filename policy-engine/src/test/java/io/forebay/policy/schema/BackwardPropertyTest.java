package io.forebay.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.schema.BodySchema.TooManyStepsException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Against the validator itself: no value that the earlier version takes is refused by a later one that was shown to
/// be compatible.
class BackwardPropertyTest {
    private static final int PAIRS = 4_000;
    private static final int VALUES = 25;

    @Test
    void whatWasShownIsSo() throws TooManyStepsException {
        int shown = 0;
        int taken = 0;
        int refuted = 0;
        for (int seed = 0; seed < PAIRS; seed++) {
            SchemaCases cases = new SchemaCases(new Random(seed));
            ObjectNode earlierRoot = cases.root();
            ObjectNode laterRoot = cases.changed(earlierRoot);
            SchemaFile earlier = SchemaFile.read(earlierRoot.toString()).schema();
            SchemaFile later = SchemaFile.read(laterRoot.toString()).schema();
            // Some refer to themselves in a circle, and some changes make no schema.
            if (earlier == null || later == null || earlier.equals(later)) {
                continue;
            }
            boolean isShown = Backward.between(earlier, later) == null;
            shown += isShown ? 1 : 0;
            for (int i = 0; i < VALUES; i++) {
                JsonNode value = cases.value(earlierRoot, earlierRoot, 6);
                if (isValid(earlier, value)) {
                    boolean isStillValid = isValid(later, value);
                    if (isShown) {
                        taken++;
                        assertThat(isStillValid)
                                .as("seed %d: %s then %s refuses %s", seed, earlierRoot, laterRoot, value)
                                .isTrue();
                    } else if (!isStillValid) {
                        refuted++;
                    }
                }
            }
        }
        // Enough of each kind, or the above would say nothing.
        assertThat(shown).as("compatible pairs").isGreaterThan(PAIRS / 8);
        assertThat(taken).as("values taken by the earlier of them").isGreaterThan(PAIRS);
        assertThat(refuted).as("values that refute pairs which were not shown").isGreaterThan(PAIRS / 2);
    }

    private static boolean isValid(SchemaFile schema, JsonNode value) throws TooManyStepsException {
        return schema.schema().violations(value, 1_000_000).isEmpty();
    }
}
