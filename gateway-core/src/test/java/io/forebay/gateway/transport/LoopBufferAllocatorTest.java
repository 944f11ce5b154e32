package io.forebay.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopBufferAllocatorTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final LoopBufferAllocator allocator = new LoopBufferAllocator(loop, ByteBufAllocator.DEFAULT);

    @AfterEach
    void end() throws Exception {
        allocator.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        return loop.submit(work).get(30, TimeUnit.SECONDS);
    }

    /// The memory that a buffer stands on, whatever wraps it.
    private static long address(ByteBuf buffer) {
        return buffer.memoryAddress();
    }

    @Test
    void releasedBufferIsHandedOutAgainEmpty() throws Exception {
        boolean isSame = onLoop(() -> {
            ByteBuf first = allocator.directBuffer(1000, 1000);
            first.writeZero(700).readerIndex(3);
            long where = address(first);
            first.release();
            ByteBuf second = allocator.directBuffer(900);
            try {
                assertThat(second.refCnt()).isOne();
                assertThat(second.readerIndex()).isZero();
                assertThat(second.writerIndex()).isZero();
                assertThat(second.maxCapacity()).isEqualTo(Integer.MAX_VALUE);
                return address(second) == where;
            } finally {
                second.release();
            }
        });
        assertThat(isSame).isTrue();
    }

    @Test
    void capacityIsNeverLessThanAsked() throws Exception {
        onLoop(() -> {
            for (int bytes : new int[] {0, 1, 511, 512, 513, 2048, 65_535, 65_536, 65_537, 200_000}) {
                ByteBuf buffer = allocator.directBuffer(bytes, Math.max(bytes, 1));
                assertThat(buffer.writableBytes()).isGreaterThanOrEqualTo(bytes);
                buffer.release();
            }
            return null;
        });
    }

    @Test
    void twoBuffersInUseAreTwo() throws Exception {
        onLoop(() -> {
            ByteBuf first = allocator.directBuffer(512).writeByte(1);
            ByteBuf second = allocator.directBuffer(512).writeByte(2);
            assertThat(first.getByte(0)).isEqualTo((byte) 1);
            assertThat(second.getByte(0)).isEqualTo((byte) 2);
            first.release();
            second.release();
            return null;
        });
    }

    @Test
    void retainedSliceKeepsTheBufferFromTheNextTaker() throws Exception {
        onLoop(() -> {
            ByteBuf first = allocator.directBuffer(512).writeBytes(new byte[] {1, 2, 3});
            ByteBuf slice = first.readRetainedSlice(2);
            first.release();
            ByteBuf second = allocator.directBuffer(512).writeZero(3);
            assertThat(ByteBufUtil.getBytes(slice)).containsExactly(1, 2);
            slice.release();
            second.release();
            return null;
        });
    }

    @Test
    void bufferThatGrewIsNotKept() throws Exception {
        onLoop(() -> {
            ByteBuf grown = allocator.directBuffer(512).writeZero(5000);
            grown.release();
            ByteBuf next = allocator.directBuffer(512);
            assertThat(next.capacity()).isEqualTo(512);
            next.release();
            return null;
        });
    }

    @Test
    void bufferReleasedElsewhereIsFreedAndItsBytesWereRight() throws Exception {
        ByteBuf buffer = onLoop(() -> allocator.directBuffer(512).writeBytes(new byte[] {4, 5, 6}));
        byte[] read = new byte[3];
        buffer.getBytes(0, read);
        assertThat(read).containsExactly(4, 5, 6);
        assertThat(buffer.release()).isTrue();
        onLoop(() -> {
            ByteBuf next = allocator.directBuffer(512);
            assertThat(next.refCnt()).isOne();
            next.release();
            return null;
        });
    }

    @Test
    void otherThreadsGetBuffersOfTheOtherAllocator() {
        ByteBuf buffer = allocator.directBuffer(512);
        assertThat(buffer.alloc()).isNotSameAs(allocator);
        buffer.release();
    }

    @Test
    void noMoreIsKeptThanTheBound() throws Exception {
        onLoop(() -> {
            int count = LoopBufferAllocator.KEPT_BYTES_MAX / LoopBufferAllocator.BYTES_MAX + 8;
            List<ByteBuf> buffers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                buffers.add(allocator.directBuffer(LoopBufferAllocator.BYTES_MAX));
            }
            buffers.forEach(ByteBuf::release);
            assertThat(allocator.keptBytes()).isEqualTo(LoopBufferAllocator.KEPT_BYTES_MAX);
            return null;
        });
    }

    @Test
    void bytesSurviveEveryWayOfCopying() throws Exception {
        byte[] bytes = new byte[20_000];
        new Random(5).nextBytes(bytes);
        onLoop(() -> {
            for (int size : new int[] {1, 100, 4096, 4097, 20_000}) {
                ByteBuf source = allocator.directBuffer(size + 7);
                source.writeZero(7).writeBytes(bytes, 0, size).skipBytes(7);
                ByteBuf target = allocator.directBuffer(64);
                target.writeBytes(source, 0 + source.readerIndex(), size);
                target.writeBytes(source.slice(source.readerIndex(), size));
                byte[] both = ByteBufUtil.getBytes(target);
                assertThat(both).hasSize(2 * size);
                for (int i = 0; i < size; i++) {
                    assertThat(both[i]).isEqualTo(bytes[i]);
                    assertThat(both[size + i]).isEqualTo(bytes[i]);
                }
                // Within one buffer, overlapping.
                source.setBytes(source.readerIndex() - 7, source, source.readerIndex(), size);
                assertThat(ByteBufUtil.getBytes(source, 0, size)).isEqualTo(java.util.Arrays.copyOf(bytes, size));
                source.release();
                target.release();
            }
            return null;
        });
    }
}
