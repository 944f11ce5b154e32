package io.forebay.gateway.offload;

import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A body as it comes in, on its way into the store: in memory as long as it is short, in a file of the spool from
/// [Content#IN_MEMORY_BYTES_MAX] on. Owned by one loop.
final class ArrivingBody {
    private static final byte[] NOTHING = {};

    private final Spool spool;
    private final Collecting collecting;
    private final EventLoop loop;
    private final boolean isResult;
    private final Owner owner;
    private final CollectedBody memory;
    private @Nullable SpoolingBody file;
    private byte @Nullable [] beginning;
    private boolean keepsBeginning;

    /// Whose body it is.
    interface Owner {
        /// Stops or resumes its coming: the disk must keep up.
        void read(boolean isOn);

        /// It cannot be kept, and nothing of it is.
        void lost(StoreRefusal refusal);
    }

    /// @param isResult there is room for results when there is none for new jobs
    /// @param memory what has come of it already; this object's from now on
    ArrivingBody(
            Spool spool, Collecting collecting, EventLoop loop, boolean isResult, CollectedBody memory, Owner owner) {
        this.spool = spool;
        this.collecting = collecting;
        this.loop = loop;
        this.isResult = isResult;
        this.memory = memory;
        this.owner = owner;
    }

    long size() {
        SpoolingBody spooling = file;
        return spooling == null ? memory.size() : spooling.size();
    }

    /// Whether it takes more just now.
    boolean isWritable() {
        SpoolingBody spooling = file;
        return spooling == null || !spooling.isPaused();
    }

    /// Takes the next `more` bytes of `in`, or tells its owner that it is lost.
    ///
    /// @param bytesMax the most that may come in all; no more room is made than that
    void take(ByteBuf in, int more, long bytesMax) {
        SpoolingBody spooling = file;
        if (spooling != null) {
            spooling.take(in, more);
        } else if (memory.size() + (long) more > Content.IN_MEMORY_BYTES_MAX) {
            spool(in, more);
        } else if (!memory.take(in, more, Math.min(bytesMax, Content.IN_MEMORY_BYTES_MAX))) {
            in.skipBytes(more);
            owner.lost(new StoreRefusal.IntakePaused(collecting.bytesMax()));
        }
    }

    private void spool(ByteBuf in, int more) {
        switch (spool.begin(isResult)) {
            case Outcome.Done<SpoolWriter>(SpoolWriter writer) -> {
                SpoolingBody spooling = new SpoolingBody(spool, writer, collecting, loop, owner);
                file = spooling;
                byte[] first = memory.whole();
                keep(first);
                spooling.begin(first);
                spooling.take(in, more);
            }
            case Outcome.Refused<SpoolWriter>(StoreRefusal refusal) -> {
                in.skipBytes(more);
                memory.drop();
                owner.lost(refusal);
            }
        }
    }

    private void keep(byte[] first) {
        beginning = keepsBeginning ? first : NOTHING;
    }

    /// From now on, whether what is in memory first stays at hand once it is in the file. It is not counted.
    void keepsBeginning(boolean now) {
        keepsBeginning = now;
        if (!now && beginning != null) {
            beginning = NOTHING;
        }
    }

    /// How much of what has come is at hand in memory, from its beginning on.
    int heldBytes() {
        byte[] first = beginning;
        return first == null ? memory.size() : first.length;
    }

    /// A copy of some of that.
    byte[] held(int from, int to) {
        byte[] first = beginning;
        return first == null ? memory.part(from, to) : Arrays.copyOfRange(first, from, to);
    }

    /// Whether there is more of it than is at hand.
    boolean isLongerThanHeld() {
        return file != null;
    }

    /// It is whole: `done` gets it, at once or later on the loop, unless it is dropped or lost before.
    void finish(Consumer<Content> done) {
        SpoolingBody spooling = file;
        if (spooling == null) {
            byte[] whole = memory.whole();
            keep(whole);
            done.accept(Content.of(whole));
        } else {
            spooling.finish(done);
        }
    }

    /// Throws away what has come.
    void drop() {
        memory.drop();
        if (file != null) {
            file.drop();
        }
    }
}
