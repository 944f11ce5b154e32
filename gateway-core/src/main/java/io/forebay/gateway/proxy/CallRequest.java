package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The body of one call's request on its way to the upstream: what has come while there was nobody to send it to, what
/// was sent, what of that is kept for another try, and whether the client is held back. Owned by its call.
final class CallRequest {
    private final UpstreamCall call;
    private final @Nullable ReplaySpool spool;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private final RequestTee tee;
    private @Nullable Exchange exchange;
    private @Nullable UpstreamStream to;
    private @Nullable FieldLines trailers;
    /// What is too long for memory, as far as the policy keeps it.
    private @Nullable ReplayBody replay;
    private int keptBytesMax;
    private long replayBytesMax;
    private boolean isEnded;
    private boolean isBegun;
    private boolean isSent;
    private boolean isPaused;
    private boolean isSwitched;
    private boolean isReplayLost;

    CallRequest(UpstreamCall call, TeeBudget budget, @Nullable ReplaySpool spool) {
        this.call = call;
        this.spool = spool;
        this.tee = new RequestTee(budget);
    }

    /// @param bytesMax how much of it is kept in memory, 0 for nothing
    /// @param inFileMax how much of it is kept in a file where that is too little, 0 for nothing
    void begin(Exchange asked, int bytesMax, long inFileMax) {
        exchange = asked;
        keptBytesMax = bytesMax;
        tee.begin(bytesMax);
        isBegun = false;
        // Not the exchange's word: a body that was held back is complete there and still has to come here.
        isEnded = !asked.head().hasBody();
        isSent = false;
        isPaused = false;
        isSwitched = false;
        replayBytesMax = inFileMax;
        isReplayLost = false;
    }

    /// The rest comes through another exchange.
    void moveTo(Exchange next) {
        exchange = next;
    }

    /// Whether all of it was sent.
    boolean isSent() {
        return isSent;
    }

    /// Whether all of it is here and nothing of its body was sent.
    boolean isWhole() {
        return isEnded && !isBegun;
    }

    /// Whether it can be sent once more from its beginning.
    boolean canReplay() {
        return !isReplayLost && (!isBegun || tee.isWhole() || replay != null);
    }

    /// The same, at once: nothing of it is in a file.
    boolean isHere() {
        return replay == null && canReplay();
    }

    /// Whether it was to be sent again, and what was kept of it is lost.
    boolean isReplayLost() {
        return isReplayLost;
    }

    /// The body as it was sent, or null if it was not kept.
    byte @Nullable [] sentBytes() {
        return tee.bytes();
    }

    /// Takes the next `bytes` bytes of `in`.
    ///
    /// @return whether they were given to a stream
    boolean onBody(ByteBuf in, int bytes) {
        UpstreamStream into = to;
        if (into == null || isReplaying()) {
            early.addLast(in.readRetainedSlice(bytes));
            return false;
        }
        send(into, in, bytes);
        if (!into.isWritable() || isDiskBehind()) {
            pause();
        }
        return true;
    }

    /// All of it has come.
    ///
    /// @param mayBeRetried whether the trailers may be needed once more
    void onBodyEnd(@Nullable FieldLines section, boolean mayBeRetried) {
        isEnded = true;
        UpstreamStream into = to;
        if (section != null && (into == null || mayBeRetried)) {
            trailers = section.copy();
        }
        if (into != null && !isReplaying()) {
            sendEnd(into, section);
        }
    }

    /// A stream takes it, whose head was sent: what is in the file goes there first, then what was held.
    void sendTo(UpstreamStream given) {
        to = given;
        ReplayBody inFile = replay;
        if (inFile != null && inFile.isRewound()) {
            isBegun = true;
            inFile.next();
        } else {
            sendHeld(given);
        }
    }

    private void sendHeld(UpstreamStream given) {
        ByteBuf data = early.pollFirst();
        while (data != null) {
            send(given, data, data.readableBytes());
            data.release();
            data = early.pollFirst();
        }
        if (isEnded) {
            sendEnd(given, trailers);
        }
        if (!isDiskBehind()) {
            resume();
        }
    }

    /// The stream takes more.
    void onWritable() {
        ReplayBody inFile = replay;
        if (inFile != null && inFile.isRewound()) {
            inFile.next();
        } else if (!isDiskBehind()) {
            resume();
        }
    }

    /// All of it was sent to another stream, too, which takes the place of the first.
    void wasSentTo(UpstreamStream other) {
        to = other;
    }

    private void send(UpstreamStream into, ByteBuf in, int bytes) {
        isBegun = true;
        ReplayBody inFile = replay;
        if (inFile != null) {
            inFile.add(in, bytes);
        } else if (!tee.tryAdd(in, bytes)) {
            spill(in, bytes);
        }
        into.sendBody(in, bytes);
    }

    // ---- what is too long for memory

    /// Memory is spent: what it has, and these bytes, go into a file, if the policy and the disk let them.
    private void spill(ByteBuf in, int bytes) {
        byte[] before = tee.bytes();
        tee.begin(0);
        ReplaySpool files = spool;
        if (replayBytesMax == 0 || files == null || before == null) {
            return;
        }
        Exchange asked = requireNonNull(exchange);
        boolean isTooLong = asked.head().contentLength() > replayBytesMax;
        ReplayFile file = isTooLong ? null : files.begin();
        if (file == null) {
            files.count(isTooLong ? ReplaySpool.Outcome.TOO_LONG : ReplaySpool.Outcome.FULL);
            return;
        }
        ReplayBody begun = new ReplayBody(this, files, file, asked.loop().eventLoop(), replayBytesMax);
        replay = begun;
        begun.add(Unpooled.wrappedBuffer(before), before.length);
        if (replay != null) {
            begun.add(in, bytes);
        }
    }

    private boolean isReplaying() {
        ReplayBody inFile = replay;
        return inFile != null && inFile.isRewound();
    }

    private boolean isDiskBehind() {
        ReplayBody inFile = replay;
        return inFile != null && inFile.isBehind();
    }

    /// The disk has caught up, or is not waited for any more.
    void onDiskReady() {
        UpstreamStream into = to;
        if (into != null && !isReplaying() && into.isWritable()) {
            resume();
        }
    }

    /// The file is gone, with what it had.
    void onReplayLost() {
        boolean isNeeded = isReplaying() || (replay != null && !isBegun);
        replay = null;
        isReplayLost = isNeeded;
        if (!isNeeded) {
            onDiskReady();
        } else if (to != null) {
            call.onReplayLost();
        }
    }

    /// Some of what the file has, for the stream.
    void onReplayed(ByteBuf data) {
        UpstreamStream into = requireNonNull(to);
        into.sendBody(data, data.readableBytes());
        if (!isReplaying()) {
            if (replayBytesMax == 0) {
                dropFile();
            }
            sendHeld(into);
        } else if (into.isWritable()) {
            requireNonNull(replay).next();
        }
        call.onReplayed();
    }

    void onSweep(long nowNs) {
        ReplayBody inFile = replay;
        if (inFile != null) {
            inFile.onSweep(nowNs);
        }
    }

    /// No other try will need what is in the file; the one under way may not have had all of it yet.
    void leaveFile() {
        replayBytesMax = 0;
        if (replay != null && !isReplaying()) {
            dropFile();
            onDiskReady();
        }
    }

    private void dropFile() {
        ReplayBody inFile = replay;
        replay = null;
        if (inFile != null) {
            inFile.end();
        }
    }

    private void sendEnd(UpstreamStream into, @Nullable FieldLines section) {
        isSent = true;
        if (isSwitched || requireNonNull(exchange).head().hasBody()) {
            into.sendEnd(section);
        }
        call.onRequestSent();
    }

    /// Those that are kept.
    @Nullable
    FieldLines trailers() {
        return trailers;
    }

    /// From now on it is a side of another protocol.
    void switched() {
        isSwitched = true;
        isEnded = false;
        isSent = false;
    }

    /// What was sent is to be sent again; see [#canReplay].
    void takeBack() {
        to = null;
        ReplayBody inFile = replay;
        if (isBegun && inFile != null) {
            inFile.rewind();
        }
        byte[] sent = isBegun ? tee.bytes() : null;
        if (sent != null) {
            early.addFirst(Unpooled.wrappedBuffer(sent));
            tee.begin(keptBytesMax);
        }
        isBegun = false;
        isSent = false;
        pause();
    }

    void pause() {
        Exchange from = requireNonNull(exchange);
        if (!isPaused && !from.isRequestComplete()) {
            isPaused = true;
            from.readBody(false);
        }
    }

    void resume() {
        if (isPaused) {
            isPaused = false;
            requireNonNull(exchange).readBody(true);
        }
    }

    /// What was held, whose buffers are the caller's from now on.
    UnsentRequest takeUnsent() {
        UnsentRequest unsent = new UnsentRequest(new ArrayDeque<>(early), isEnded);
        early.clear();
        return unsent;
    }

    /// What is kept of it, in bytes.
    long heldBytes() {
        long bytes = tee.roomBytes();
        for (ByteBuf data : early) {
            bytes += data.readableBytes();
        }
        return bytes;
    }

    /// The call is over.
    void end() {
        ByteBuf data = early.pollFirst();
        while (data != null) {
            data.release();
            data = early.pollFirst();
        }
        trailers = null;
        isPaused = false;
        tee.begin(0);
        to = null;
        dropFile();
        exchange = null;
    }
}
