package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolId;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivingBodyTest {
    private static final int PIECE = 64 << 10;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Collecting collecting = new Collecting(8 << 20);
    private final List<String> told = new ArrayList<>();
    private final Disk disk = new Disk();
    private final ArrivingBody body = new ArrivingBody(
            disk, collecting, channel.eventLoop(), false, new CollectedBody(collecting), new ArrivingBody.Owner() {
                @Override
                public void read(boolean isOn) {
                    told.add(isOn ? "on" : "off");
                }

                @Override
                public void lost(StoreRefusal refusal) {
                    told.add("lost " + refusal.getClass().getSimpleName());
                }
            });

    /// A spool whose disk writes when it is told to.
    private static final class Disk implements Spool, SpoolWriter {
        final List<Runnable> writes = new ArrayList<>();
        long bytes;
        boolean isDiscarded;
        boolean isContentDiscarded;
        Outcome<SpoolWriter> begin = Outcome.done(this);

        @Override
        public Outcome<SpoolWriter> begin(boolean mayUseReserve) {
            return begin;
        }

        @Override
        public void discard(Content content) {
            isContentDiscarded = true;
        }

        @Override
        public void write(byte[] piece, int length, Completion<Long> completion) {
            writes.add(() -> {
                bytes += length;
                completion.complete(Outcome.done(bytes));
            });
        }

        @Override
        public void finish(Completion<Content.Spooled> completion) {
            writes.add(() ->
                    completion.complete(Outcome.done(new Content.Spooled(new SpoolId(1, 1), bytes, 0, new byte[32]))));
        }

        @Override
        public void discard() {
            isDiscarded = true;
        }

        void writeAll() {
            List<Runnable> now = List.copyOf(writes);
            writes.clear();
            now.forEach(Runnable::run);
        }
    }

    private void comes(int bytes) {
        ByteBuf in = Unpooled.buffer().writeZero(bytes);
        body.take(in, bytes, 16 << 20);
        assertThat(in.isReadable()).isFalse();
        in.release();
    }

    private void diskKeepsUp() {
        disk.writeAll();
        channel.runPendingTasks();
    }

    @Test
    void roomIsMadeForWhatComes() {
        comes(100);
        assertThat(collecting.bytes()).isEqualTo(4_096);
        comes(5_000);
        assertThat(collecting.bytes()).isEqualTo(8_192);
        body.drop();
        assertThat(collecting.bytes()).isZero();
    }

    @Test
    void aDiskThatDoesNotKeepUpIsWaitedFor() {
        comes(1 << 20);
        comes(1);
        assertThat(told).isEmpty();
        comes(3 * PIECE);
        assertThat(told).containsExactly("off");
        assertThat(body.isWritable()).isFalse();
        assertThat(collecting.bytes()).isEqualTo((1 << 20) + 4L * PIECE);
        diskKeepsUp();
        assertThat(told).containsExactly("off", "on");
        assertThat(collecting.bytes()).as("what is not a whole piece yet").isEqualTo(PIECE);
        List<Content> whole = new ArrayList<>();
        body.finish(whole::add);
        assertThat(whole).isEmpty();
        diskKeepsUp();
        assertThat(whole)
                .singleElement()
                .satisfies(content -> assertThat(content.bytes()).isEqualTo((1 << 20) + 1 + 3L * PIECE));
        assertThat(collecting.bytes()).isZero();
        assertThat(body.heldBytes()).as("only of results").isZero();
    }

    @Test
    void droppedOnTheWayNothingIsKept() {
        comes(2 << 20);
        body.drop();
        assertThat(disk.isDiscarded).isTrue();
        diskKeepsUp();
        assertThat(collecting.bytes()).isZero();
    }

    @Test
    void droppedWhileItIsFinishedNothingIsKept() {
        comes(2 << 20);
        body.finish(content -> told.add("whole"));
        body.drop();
        assertThat(disk.isDiscarded)
                .as("whoever finishes a file does not discard it too")
                .isFalse();
        diskKeepsUp();
        assertThat(disk.isContentDiscarded).isTrue();
        assertThat(told).doesNotContain("whole");
        assertThat(collecting.bytes()).isZero();
    }

    @Test
    void aSpoolThatRefusesLosesIt() {
        disk.begin = Outcome.refused(new StoreRefusal.DiskFull());
        comes(1 << 20);
        comes(1);
        assertThat(told).containsExactly("lost DiskFull");
        assertThat(collecting.bytes()).isZero();
    }
}
