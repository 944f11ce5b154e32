package io.forebay.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One body on its way into a file of the [ReplaySpool], and out of it again for another try. With [#UNDER_WAY_MAX]
/// pieces that the disk has not written yet the client is held back, for [#PATIENCE_NS] at most: then, as when the disk
/// is full or fails, the call goes on with a body that cannot be sent again. Owned by the call's request, on its loop.
final class ReplayBody {
    static final int PIECE_BYTES = 64 * 1024;
    static final int UNDER_WAY_MAX = 8;

    /// How long a client waits for the disk.
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final CallRequest request;
    private final ReplaySpool spool;
    private final ReplayFile file;
    private final EventLoop loop;
    private final long bytesMax;
    private byte @Nullable [] piece;
    private int filled;
    private long size;
    private long takenBytes;
    private int underWay;
    private long behindSinceNs;
    private boolean isBehind;
    private boolean isRewound;
    private boolean isReading;
    private boolean isOver;
    private long position;
    /// How often it was rewound: what was read for an earlier try is nobody's.
    private int turn;

    /// @param bytesMax a longer body is given up
    ReplayBody(CallRequest request, ReplaySpool spool, ReplayFile file, EventLoop loop, long bytesMax) {
        this.request = request;
        this.spool = spool;
        this.file = file;
        this.loop = loop;
        this.bytesMax = bytesMax;
    }

    // ---- into the file

    /// Copies the next `bytes` bytes of `in`, which was sent, and leaves `in` as it is.
    void add(ByteBuf in, int bytes) {
        if (size + bytes > bytesMax) {
            lose(ReplaySpool.Outcome.TOO_LONG);
            return;
        }
        size += bytes;
        int at = in.readerIndex();
        int left = bytes;
        while (left > 0 && !isOver) {
            byte[] into = piece;
            if (into == null) {
                if (!spool.tryTake(PIECE_BYTES)) {
                    lose(ReplaySpool.Outcome.FULL);
                    return;
                }
                takenBytes += PIECE_BYTES;
                into = new byte[PIECE_BYTES];
                piece = into;
                filled = 0;
            }
            int some = Math.min(left, PIECE_BYTES - filled);
            in.getBytes(at, into, filled, some);
            filled += some;
            at += some;
            left -= some;
            if (filled == PIECE_BYTES) {
                append();
            }
        }
    }

    private void append() {
        byte[] full = piece;
        if (full == null) {
            return;
        }
        piece = null;
        underWay++;
        file.append(full, filled, isDone -> loop.execute(() -> appended(isDone)));
        if (underWay >= UNDER_WAY_MAX && !isBehind) {
            isBehind = true;
            behindSinceNs = System.nanoTime();
        }
    }

    private void appended(boolean isDone) {
        underWay--;
        if (isOver) {
            return;
        }
        if (!isDone) {
            lose(ReplaySpool.Outcome.FAILED);
        } else if (isBehind && underWay <= UNDER_WAY_MAX / 2) {
            isBehind = false;
            request.onDiskReady();
        }
    }

    /// Whether the client is to wait for the disk.
    boolean isBehind() {
        return isBehind;
    }

    void onSweep(long nowNs) {
        if (isBehind && nowNs - behindSinceNs > PATIENCE_NS) {
            lose(ReplaySpool.Outcome.SLOW);
        }
    }

    private void lose(ReplaySpool.Outcome why) {
        close(why);
        request.onReplayLost();
    }

    // ---- and out of it

    /// All that was sent is to be sent again, to whoever [#next] is then called for.
    void rewind() {
        append();
        isRewound = true;
        isReading = false;
        position = 0;
        turn++;
        spool.count(ReplaySpool.Outcome.REPLAYED);
    }

    /// Whether some of it is to be sent again, before what comes of it now.
    boolean isRewound() {
        return isRewound;
    }

    /// Reads the next piece for the request, unless one is on its way.
    void next() {
        if (isReading || isOver) {
            return;
        }
        isReading = true;
        byte[] into = new byte[(int) Math.min(PIECE_BYTES, size - position)];
        int asked = turn;
        file.read(position, into, isDone -> loop.execute(() -> read(into, asked, isDone)));
    }

    private void read(byte[] from, int asked, boolean isDone) {
        if (isOver || asked != turn) {
            return;
        }
        isReading = false;
        if (!isDone) {
            lose(ReplaySpool.Outcome.FAILED);
            return;
        }
        position += from.length;
        isRewound = position < size;
        ByteBuf data = Unpooled.wrappedBuffer(from);
        request.onReplayed(data);
        data.release();
    }

    /// It is not needed any more.
    void end() {
        if (!isOver) {
            close(ReplaySpool.Outcome.KEPT);
        }
    }

    private void close(ReplaySpool.Outcome outcome) {
        isOver = true;
        isBehind = false;
        piece = null;
        spool.count(outcome);
        file.close(takenBytes);
    }
}
