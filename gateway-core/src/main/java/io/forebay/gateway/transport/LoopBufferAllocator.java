package io.forebay.gateway.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The direct buffers of one event loop: kept in sizes of powers of two and handed out again as they are, so that a
/// message whose buffers are released on the loop allocates neither memory nor objects (decision 0006).
///
/// Everything else goes to the `rest` allocator: heap buffers, sizes above [#BYTES_MAX], threads other than the
/// loop's. A buffer that another thread releases, that has grown, or for which there is no room is given back to the
/// system. Kept at most [#KEPT_BYTES_MAX] a loop.
///
/// A buffer may be larger than was asked for; its `maxCapacity` is never below its capacity.
final class LoopBufferAllocator extends AbstractByteBufAllocator {
    static final int BYTES_MAX = 64 * 1024;
    static final int KEPT_BYTES_MAX = 4 * 1024 * 1024;

    private static final int COPIED_BYTES_MAX = 4096;
    private static final int SMALLEST_SHIFT = 9;
    private static final int SIZES = Integer.numberOfTrailingZeros(BYTES_MAX) - SMALLEST_SHIFT + 1;

    private final EventLoop loop;
    private final ByteBufAllocator rest;
    private final @Nullable LoopBuffer[] kept = new LoopBuffer[SIZES];
    private final byte[] copied = new byte[COPIED_BYTES_MAX];
    /// Written by the loop alone.
    private final AtomicInteger keptBytes = new AtomicInteger();
    /// Of all its buffers, kept and handed out; changes only with memory of the system.
    private final AtomicLong ownedBytes = new AtomicLong();

    LoopBufferAllocator(EventLoop loop, ByteBufAllocator rest) {
        super(true);
        this.loop = loop;
        this.rest = rest;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (initialCapacity > BYTES_MAX || !loop.inEventLoop()) {
            return rest.directBuffer(initialCapacity, maxCapacity);
        }
        int size = size(initialCapacity);
        LoopBuffer buffer = kept[size];
        if (buffer == null) {
            buffer = new LoopBuffer(this, size);
            ownedBytes.addAndGet(bytes(size));
        } else {
            kept[size] = buffer.next;
            keptBytes.setOpaque(keptBytes.getPlain() - buffer.capacity());
        }
        buffer.begin(maxCapacity);
        return toLeakAwareBuffer(buffer);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return rest.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    /// What is kept for later. Any thread.
    int keptBytes() {
        return keptBytes.getOpaque();
    }

    /// What the buffers take that are kept, and those that are in use. Any thread.
    long ownedBytes() {
        return ownedBytes.get();
    }

    /// Gives back to the system what is kept, and from now on what is released. Called by any thread before the loop
    /// ends.
    void close() {
        loop.execute(this::freeKept);
    }

    private void freeKept() {
        keptBytes.setOpaque(KEPT_BYTES_MAX);
        for (int size = 0; size < SIZES; size++) {
            LoopBuffer buffer = kept[size];
            kept[size] = null;
            while (buffer != null) {
                buffer.free();
                buffer = buffer.next;
            }
        }
    }

    /// Whether the buffer was taken back.
    private boolean keep(LoopBuffer buffer) {
        if (!loop.inEventLoop() || keptBytes.getPlain() + buffer.capacity() > KEPT_BYTES_MAX) {
            return false;
        }
        keptBytes.setOpaque(keptBytes.getPlain() + buffer.capacity());
        buffer.next = kept[buffer.size];
        kept[buffer.size] = buffer;
        return true;
    }

    private static int size(int bytes) {
        int shift = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes, 1) - 1);
        return Math.max(shift - SMALLEST_SHIFT, 0);
    }

    private static int bytes(int size) {
        return 1 << (size + SMALLEST_SHIFT);
    }

    /// A buffer that goes back to its loop when nobody holds it any more.
    private static final class LoopBuffer extends UnpooledDirectByteBuf {
        private final LoopBufferAllocator home;
        private final int size;
        private @Nullable LoopBuffer next;

        LoopBuffer(LoopBufferAllocator home, int size) {
            super(home, bytes(size), Integer.MAX_VALUE);
            this.home = home;
            this.size = size;
        }

        void begin(int maxCapacity) {
            next = null;
            maxCapacity(Math.max(maxCapacity, capacity()));
            resetRefCnt();
            clear();
            markReaderIndex();
            markWriterIndex();
        }

        /// The superclass makes a view for each call; the loop, which is alone with the buffer's own, needs none. The
        /// same holds for [#setBytes].
        @Override
        public ByteBuf getBytes(int index, byte[] target, int targetIndex, int length) {
            if (!home.loop.inEventLoop()) {
                return super.getBytes(index, target, targetIndex, length);
            }
            internalNioBuffer(index, length).get(target, targetIndex, length);
            return this;
        }

        /// Small pieces go through an array: it costs less than a view of the other buffer.
        @Override
        public ByteBuf setBytes(int index, ByteBuf source, int sourceIndex, int length) {
            if (length > COPIED_BYTES_MAX || !home.loop.inEventLoop()) {
                return super.setBytes(index, source, sourceIndex, length);
            }
            source.getBytes(sourceIndex, home.copied, 0, length);
            return setBytes(index, home.copied, 0, length);
        }

        @Override
        protected void deallocate() {
            if (capacity() != bytes(size) || !home.keep(this)) {
                free();
            }
        }

        private void free() {
            home.ownedBytes.addAndGet(-bytes(size));
            super.deallocate();
        }
    }
}
