package io.forebay.main.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.Reply;
import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StoreRepliesTest {
    private static Reply<Long> reply(Consumer<Completion<Long>> call) {
        return StoreReplies.<Long, Long>ask(20, call, Reply::done);
    }

    private static Reply<Long> refused(StoreRefusal refusal) {
        return reply(completion -> completion.complete(Outcome.refused(refusal)));
    }

    @Test
    void whatTheStoreDoesNotAnswerInTimeIsUnknown() {
        assertThat(reply(_ -> {})).isInstanceOfSatisfying(Reply.Unknown.class, unknown -> {
            assertThat(unknown.reason()).isEqualTo("store-timed-out");
            assertThat(unknown.word()).isEqualTo("unknown");
        });
    }

    @Test
    void whatWasPartOfAFailedWriteIsUnknown() {
        assertThat(refused(new StoreRefusal.Unavailable("a write failed", true)))
                .isEqualTo(new Reply.Unknown<Long>("write-failed", "a write failed"));
    }

    @Test
    void whatAClosedStoreRefusesWasNotDone() {
        assertThat(refused(new StoreRefusal.Unavailable("closed")))
                .isEqualTo(new Reply.Unavailable<Long>("store-unavailable", "closed", 1));
    }

    @Test
    void whatTheStoreDidIsDone() {
        assertThat(reply(completion -> completion.complete(Outcome.done(7L)))).isEqualTo(Reply.done(7L));
    }
}
