package io.forebay.gateway.http;

import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/// What is remembered of a client's streams that are over, to judge frames that come for them all the same (RFC
/// 9113 sections 5.1 and 5.1.1). Of those that were reset from here anything may still be on its way, as the
/// client may not have read of it; for every other one a head is the client's fault, which ends the connection.
/// Used on the connection's loop only.
final class ClosedStreams {
    /// So many more than a client may have open at once, so that none on which it may still be sending is
    /// forgotten.
    private static final int RESETS_MORE = 28;

    private final int resetsKept;
    private int lastBegun = -1;
    private int skippedFrom;
    private int skippedTo;
    private int @Nullable [] resets;
    private int next;

    /// @param streamsMax how many streams a client may have open at once
    ClosedStreams(int streamsMax) {
        this.resetsKept = streamsMax + RESETS_MORE;
    }

    /// The client has begun this stream.
    void begun(int streamId) {
        if (streamId > lastBegun + 2) {
            skippedFrom = lastBegun + 2;
            skippedTo = streamId - 2;
        }
        lastBegun = streamId;
    }

    /// This stream is reset from here, or was never let in.
    void reset(int streamId) {
        if (!isReset(streamId)) {
            int[] kept = resets;
            if (kept == null) {
                kept = new int[resetsKept];
                resets = kept;
            }
            kept[next] = streamId;
            next = (next + 1) % resetsKept;
        }
    }

    /// Whether this stream is among the last that were reset.
    boolean isReset(int streamId) {
        if (resets != null) {
            for (int kept : resets) {
                if (kept == streamId) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What a client does wrong that sends a head for a stream which is over: it was begun and has ended, or
    /// the client has left its number out and may not come back to it. Of several such gaps the last one is
    /// known.
    Http2Error faultOf(int streamId) {
        boolean isSkipped = streamId >= skippedFrom && streamId <= skippedTo;
        return isSkipped ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED;
    }
}
