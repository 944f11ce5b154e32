package io.forebay.admin.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesPropertyTest {
    static long[] seeds() {
        return new long[] {1, 2, 3, 4, 5, 6, System.nanoTime()};
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void followingNextShowsEachThingOnceInOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> sorted = new ArrayList<>();
            int count = random.nextInt(30);
            for (int i = 0; i < count; i++) {
                sorted.add("k%03d".formatted(i));
            }
            List<String> all = new ArrayList<>(sorted);
            Collections.shuffle(all, random);
            int limit = 1 + random.nextInt(10);
            assertThat(collected(all, limit)).isEqualTo(sorted);
        }
    }

    private static List<String> collected(List<String> all, int limit) {
        List<String> seen = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Pages.Page<String> page = Pages.of(all, Function.identity(), after, limit);
            assertThat(page.things()).hasSizeLessThanOrEqualTo(limit);
            seen.addAll(page.things());
            after = Optional.ofNullable(page.next());
        } while (after.isPresent());
        return seen;
    }
}
