package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowCallsTest {
    private static final long TERM_NS = 20_000_000;
    private static final long LONG_NS = 3_600_000_000_000L;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final SlowCalls slow = new SlowCalls(loop);
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /// As the pool of a loop has them: one object, one call after another.
    private final class Call implements SentCalls.Timed {
        private final String name;
        private final CountDownLatch isTold = new CountDownLatch(1);
        private long sentNs;
        private long toldNs;

        Call(String name) {
            this.name = name;
        }

        Call sent(long afterNs) {
            sentNs = System.nanoTime();
            slow.sent(this, sentNs, afterNs);
            return this;
        }

        void answered() {
            sentNs = 0;
        }

        @Override
        public boolean awaitsAnswer(long atNs) {
            return sentNs == atNs;
        }

        @Override
        public void onSweep(long nowNs) {
            told.add(name);
            toldNs = nowNs;
            isTold.countDown();
            if (name.startsWith("broken")) {
                throw new IllegalStateException("a test's");
            }
        }
    }

    private void onLoop(Runnable work) throws Exception {
        loop.submit(work).get(30, TimeUnit.SECONDS);
    }

    private static void awaitTold(Call call) throws InterruptedException {
        assertThat(call.isTold.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCallIsToldOnceAndNotBeforeItsTime() throws Exception {
        Call call = new Call("a");
        Call later = new Call("b");
        onLoop(() -> call.sent(TERM_NS));
        onLoop(() -> later.sent(TERM_NS));
        awaitTold(later);
        assertThat(told).containsExactly("a", "b");
        assertThat(call.toldNs - call.sentNs).isGreaterThanOrEqualTo(TERM_NS);
        onLoop(() -> assertThat(slow.size()).isZero());
    }

    @Test
    void whatWasAnsweredIsNotTold() throws Exception {
        Call answered = new Call("answered");
        Call used = new Call("used again");
        Call slowOne = new Call("slow");
        onLoop(() -> {
            answered.sent(TERM_NS).answered();
            used.sent(TERM_NS);
            // The same object, for another call, which is not watched.
            used.sentNs = System.nanoTime();
            slowOne.sent(TERM_NS);
        });
        awaitTold(slowOne);
        assertThat(told).containsExactly("slow");
    }

    @Test
    void aCallThatFailsDoesNotKeepTheOthersFromBeingTold() throws Exception {
        Call last = new Call("last");
        onLoop(() -> {
            new Call("broken").sent(TERM_NS);
            new Call("broken too").sent(TERM_NS);
            last.sent(TERM_NS);
        });
        awaitTold(last);
        assertThat(told).containsExactly("broken", "broken too", "last");
    }

    @Test
    void aLongTermDoesNotHoldUpAShortOne() throws Exception {
        Call call = new Call("short");
        onLoop(() -> {
            new Call("long").sent(LONG_NS);
            call.sent(TERM_NS);
        });
        awaitTold(call);
        assertThat(told).containsExactly("short");
    }

    @Test
    void thereIsRoomForThoseUnderWayAndNotForThoseAnswered() throws Exception {
        List<Call> slowOnes = new ArrayList<>();
        onLoop(() -> {
            for (int i = 0; i < 100_000; i++) {
                Call call = new Call("call " + i).sent(LONG_NS);
                if (i % 1_000 == 0) {
                    slowOnes.add(call);
                } else {
                    call.answered();
                }
            }
            assertThat(slow.size()).isBetween(100, 400);
            for (int i = 0; i < 1_000; i++) {
                slowOnes.add(new Call("open " + i).sent(LONG_NS));
            }
            assertThat(slow.size()).isGreaterThanOrEqualTo(1_100);
            slowOnes.forEach(Call::answered);
        });
    }

    @Test
    void beyondSixteenTermsTheSweepIsLeftToDoIt() throws Exception {
        onLoop(() -> {
            for (int i = 0; i < 20; i++) {
                new Call("call " + i).sent(LONG_NS + i);
            }
            assertThat(slow.size()).isEqualTo(16);
        });
    }

    @Test
    void termsThatNobodyHasAnyMoreMakeRoomForOthers() throws Exception {
        Call last = new Call("last of the first sixteen");
        onLoop(() -> {
            for (int i = 1; i < 16; i++) {
                new Call("call " + i).sent(i);
            }
            last.sent(TERM_NS);
        });
        awaitTold(last);
        Call later = new Call("later");
        onLoop(() -> later.sent(TERM_NS + 1));
        awaitTold(later);
    }
}
