package io.forebay.gateway.offload;

import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A body on its way into a file of the spool. It goes there in pieces; with so many of them under way, no more is
/// read until the disk has kept up. What is under way counts against [Collecting]. Owned by one loop.
final class SpoolingBody {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int UNDER_WAY_MAX = 4;

    private final Spool spool;
    private final SpoolWriter writer;
    private final Collecting collecting;
    private final EventLoop loop;
    private final ArrivingBody.Owner owner;
    private byte @Nullable [] piece;
    private int filled;
    private long size;
    private int underWay;
    private boolean isPaused;
    private boolean isFinishing;
    private boolean isOver;

    SpoolingBody(Spool spool, SpoolWriter writer, Collecting collecting, EventLoop loop, ArrivingBody.Owner owner) {
        this.spool = spool;
        this.writer = writer;
        this.collecting = collecting;
        this.loop = loop;
        this.owner = owner;
    }

    long size() {
        return size;
    }

    boolean isPaused() {
        return isPaused;
    }

    /// Takes what was in memory before.
    void begin(byte[] first) {
        size = first.length;
        if (first.length > 0) {
            collecting.take(first.length);
            write(first, first.length, first.length);
        }
    }

    void take(ByteBuf in, int more) {
        size += more;
        int left = more;
        while (left > 0 && !isOver) {
            byte[] into = piece;
            if (into == null) {
                into = room();
                if (into == null) {
                    in.skipBytes(left);
                    lose(new StoreRefusal.IntakePaused(collecting.bytesMax()));
                    return;
                }
                piece = into;
                filled = 0;
            }
            int some = Math.min(left, PIECE_BYTES - filled);
            in.readBytes(into, filled, some);
            filled += some;
            left -= some;
            if (filled == PIECE_BYTES) {
                writePiece();
            }
        }
        in.skipBytes(left);
    }

    private byte @Nullable [] room() {
        return collecting.tryTake(PIECE_BYTES) ? new byte[PIECE_BYTES] : null;
    }

    private void writePiece() {
        byte[] full = piece;
        if (full != null) {
            piece = null;
            write(full, filled, PIECE_BYTES);
        }
    }

    private void write(byte[] bytes, int length, int counted) {
        underWay++;
        writer.write(bytes, length, outcome -> {
            collecting.giveBack(counted);
            loop.execute(() -> written(outcome));
        });
        if (underWay >= UNDER_WAY_MAX && !isPaused && !isOver) {
            isPaused = true;
            owner.read(false);
        }
    }

    private void written(Outcome<Long> outcome) {
        underWay--;
        if (isOver) {
            return;
        }
        if (outcome instanceof Outcome.Refused<Long>(var refusal)) {
            lose(refusal);
            return;
        }
        if (isPaused && underWay <= UNDER_WAY_MAX / 2) {
            isPaused = false;
            owner.read(true);
        }
    }

    private void lose(StoreRefusal refusal) {
        drop();
        owner.lost(refusal);
    }

    /// The body is whole. Unless it is dropped meanwhile, `done` gets it, on the loop, or the owner hears that it is
    /// lost.
    void finish(Consumer<Content> done) {
        isFinishing = true;
        writePiece();
        writer.finish(outcome -> loop.execute(() -> finished(outcome, done)));
    }

    private void finished(Outcome<Content.Spooled> outcome, Consumer<Content> done) {
        switch (outcome) {
            case Outcome.Done<Content.Spooled>(Content.Spooled content) -> {
                if (isOver) {
                    spool.discard(content);
                } else {
                    isOver = true;
                    done.accept(content);
                }
            }
            case Outcome.Refused<Content.Spooled>(var refusal) -> {
                if (!isOver) {
                    isOver = true;
                    owner.lost(refusal);
                }
            }
        }
    }

    /// Throws away what has come.
    void drop() {
        if (!isOver) {
            isOver = true;
            if (piece != null) {
                piece = null;
                collecting.giveBack(PIECE_BYTES);
            }
            // A file that is being finished is discarded once it is.
            if (!isFinishing) {
                writer.discard();
            }
        }
    }
}
