package io.forebay.gateway.http;

import io.forebay.gateway.overload.LoopOverload;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;

/// What one event loop `gw-loop-<n>` keeps for itself: reusable heads, deadlines, a clock field, random numbers.
/// Nothing in it is shared, so nothing in it is locked.
public final class LoopContext {
    private static final int HEADS_KEPT_MAX = 512;

    private final int index;
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;
    private final Deadlines deadlines = new Deadlines();
    private final LoopOverload overload = new LoopOverload();
    private final ClientEnds clientEnds = new ClientEnds();
    private final DateField date = new DateField();
    private final ArrayDeque<RequestHead> heads = new ArrayDeque<>();
    private long randomState;

    /// @param allocator what the loop's connections take their buffers from
    /// @param seed seeds the loop's random numbers, which choose endpoints and trace ids and guard nothing
    public LoopContext(int index, EventLoop eventLoop, ByteBufAllocator allocator, long seed) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.allocator = allocator;
        this.randomState = seed | 1;
    }

    /// The loop's number, from 0.
    public int index() {
        return index;
    }

    /// The loop itself.
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /// What the loop's connections take their buffers from.
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /// The loop's time limits.
    public Deadlines deadlines() {
        return deadlines;
    }

    /// What the loop sheds at the moment.
    public LoopOverload overload() {
        return overload;
    }

    /// Who hears of clients that leave.
    public ClientEnds clientEnds() {
        return clientEnds;
    }

    DateField date() {
        return date;
    }

    /// Whether the caller runs on this loop; asserted by everything that the loop owns.
    public boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    /// An empty head; give it back with [#release(RequestHead)].
    RequestHead takeHead() {
        RequestHead head = heads.pollFirst();
        return head == null ? new RequestHead() : head;
    }

    /// What a large head has taken is given back, not kept.
    void release(RequestHead head) {
        if (heads.size() < HEADS_KEPT_MAX && head.isOfClients()) {
            head.clear();
            heads.addFirst(head);
        }
    }

    /// The next number of a xorshift generator (Marsaglia 2003, with Vigna's multiplier).
    public long nextRandom() {
        long x = randomState;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        randomState = x;
        return x * 0x2545F4914F6CDD1DL;
    }
}
