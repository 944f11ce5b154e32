package io.forebay.offload.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A refill answers a question about a moment; whatever happened since must win.
final class ShardRefillTest {
    private static final ShardKey KEY = new ShardKey(1, 1, 5);

    private final Shard shard = Shard.unread(KEY, 0);

    private static JobId id(long seq) {
        return new JobId(1, seq);
    }

    private static Refill refill(Refill.Request request, long[] seqs, boolean reachedEnd, long snapshotSeq) {
        List<Refill.Entry> entries = LongStream.of(seqs)
                .mapToObj(seq -> new Refill.Entry(seq, id(seq), 0))
                .toList();
        return new Refill(request.shard(), request.ticket(), entries, reachedEnd, snapshotSeq);
    }

    private List<Long> drained() {
        List<Long> seqs = new ArrayList<>();
        while (!shard.run().isEmpty()) {
            long seq = shard.run().firstSeq();
            assertThat(shard.run().firstId()).isEqualTo(id(seq));
            seqs.add(seq);
            shard.left(seq);
        }
        return seqs;
    }

    @Test
    void anUnreadShardIsNotEmptyButWaits() {
        assertThat(shard.run().isEmpty()).isTrue();
        assertThat(shard.isComplete()).isFalse();
        assertThat(shard.wantsRefill()).isTrue();
        assertThat(shard.isIdle()).isFalse();
    }

    @Test
    void aRefillToTheEndMakesTheShardComplete() {
        Refill.Request request = shard.askRefill(1, 100, 7);
        assertThat(shard.wantsRefill()).isFalse();
        assertThat(shard.refilled(refill(request, new long[] {3, 5, 9}, true, 7)))
                .isEqualTo(3);
        assertThat(shard.isComplete()).isTrue();
        shard.joined(11, id(11), 0, true, 8);
        assertThat(drained()).containsExactly(3L, 5L, 9L, 11L);
        assertThat(shard.isIdle()).isTrue();
    }

    @Test
    void anEarlyRefillDoesNotCloseTheShardOverALaterJoin() {
        Refill.Request request = shard.askRefill(1, 100, 7);
        shard.joined(11, id(11), 0, true, 8);
        shard.refilled(refill(request, new long[] {3}, true, 7));
        assertThat(shard.isComplete()).as("11 is on disk only").isFalse();
        assertThat(shard.wantsRefill()).isTrue();

        Refill.Request again = shard.askRefill(2, 100, 8);
        assertThat(again.coveredTo()).isEqualTo(3);
        shard.refilled(refill(again, new long[] {11}, true, 8));
        assertThat(shard.isComplete()).isTrue();
        assertThat(drained()).containsExactly(3L, 11L);
    }

    @Test
    void aLateRefillAnswersAnOldQuestionAndIsVoid() {
        Refill.Request old = shard.askRefill(1, 100, 7);
        shard.abandonRefill();
        Refill.Request current = shard.askRefill(2, 100, 8);
        shard.refilled(refill(current, new long[] {3, 5}, true, 8));
        shard.left(3);
        assertThat(shard.refilled(refill(old, new long[] {3, 5, 9}, false, 7))).isZero();
        assertThat(shard.isComplete()).isTrue();
        assertThat(drained()).containsExactly(5L);
    }

    @Test
    void aRefillDoesNotBringBackWhatWasCanceledSince() {
        Refill.Request request = shard.askRefill(1, 100, 7);
        shard.left(5);
        shard.refilled(refill(request, new long[] {3, 5, 9}, true, 7));
        assertThat(drained()).containsExactly(3L, 9L);
    }

    @Test
    void aPartialRefillCoversOnlyWhatItSaw() {
        Refill.Request request = shard.askRefill(1, 2, 7);
        shard.refilled(refill(request, new long[] {3, 5}, false, 7));
        assertThat(shard.coveredTo()).isEqualTo(5);
        assertThat(shard.isComplete()).isFalse();
        shard.joined(20, id(20), 0, true, 8);
        assertThat(drained()).containsExactly(3L, 5L);
        assertThat(shard.wantsRefill()).isTrue();
    }

    @Test
    void aFullCacheLeavesJoinsOnDisk() {
        Shard fresh = Shard.fresh(KEY, 0);
        for (long seq = 1; seq <= Shard.CACHED_MAX + 10; seq++) {
            fresh.joined(seq, id(seq), 0, true, 1);
        }
        assertThat(fresh.run().size()).isEqualTo(Shard.CACHED_MAX);
        assertThat(fresh.isComplete()).isFalse();
        assertThat(fresh.coveredTo()).isEqualTo(Shard.CACHED_MAX);
    }

    @Test
    void tooManyDeparturesDuringARefillMakeItVoid() {
        Refill.Request request = shard.askRefill(1, 100, 7);
        for (long seq = 100; seq <= 101 + Shard.CACHED_MAX; seq++) {
            shard.left(seq);
        }
        assertThat(shard.refilled(refill(request, new long[] {100}, true, 7))).isZero();
        assertThat(shard.wantsRefill()).isTrue();
    }
}
