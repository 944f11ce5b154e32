package io.forebay.offload.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ReadyRunTest {
    @Test
    void behavesLikeASortedSet() {
        long seed = 77;
        System.out.println("ReadyRunTest seed " + seed);
        Random random = new Random(seed);
        ReadyRun run = new ReadyRun();
        TreeSet<Long> model = new TreeSet<>();
        long last = 0;
        for (int step = 0; step < 50_000; step++) {
            boolean grow = random.nextInt(100) < (step / 5_000 % 2 == 0 ? 60 : 40);
            if (grow) {
                last += 1 + random.nextInt(3);
                run.append(last, new JobId(last, ~last), last);
                model.add(last);
            } else if (!model.isEmpty()) {
                List<Long> some = new ArrayList<>(model.headSet(model.first() + 20));
                long seq = random.nextBoolean() ? model.first() : some.get(random.nextInt(some.size()));
                assertThat(run.remove(seq)).isTrue();
                assertThat(run.remove(seq)).isFalse();
                model.remove(seq);
            }
            assertThat(run.size()).isEqualTo(model.size());
            if (!model.isEmpty()) {
                assertThat(run.firstSeq()).isEqualTo(model.first());
                assertThat(run.firstId()).isEqualTo(new JobId(model.first(), ~model.first()));
                assertThat(run.firstSinceMs()).isEqualTo(model.first());
            }
        }
    }

    @Test
    void placesOnlyGrow() {
        ReadyRun run = new ReadyRun();
        run.append(5, new JobId(0, 5), 0);
        assertThatThrownBy(() -> run.append(5, new JobId(0, 5), 0)).isInstanceOf(IllegalStateException.class);
    }
}
