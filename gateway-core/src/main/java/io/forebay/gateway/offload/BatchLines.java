package io.forebay.gateway.offload;

import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a body into its lines as it comes (LF, or CR and LF; the last may have neither). Lines of nothing but blanks
/// are none. What has come and was not taken is counted against [Collecting]. Owned by one exchange's loop.
final class BatchLines {
    /// A job of a batch is kept in memory on its way: 1 MiB of it in base64 with its fields.
    static final int LINE_BYTES_MAX = (3 << 20) / 2;

    private static final byte[] NOTHING = {};

    private final Collecting collecting;
    private final int bytesMax;
    private byte[] bytes = NOTHING;
    private int from;
    private int looked;
    private int end;
    private boolean isLast;
    private boolean isTooLong;

    /// @param bytesMax what may have come and not been taken, at most
    BatchLines(Collecting collecting, int bytesMax) {
        this.collecting = collecting;
        this.bytesMax = bytesMax;
    }

    /// What has come and was not taken.
    int size() {
        return end - from;
    }

    /// Takes what has come; false, with nothing taken, when all bodies being collected have used up their bound.
    boolean take(ByteBuf in, int more) {
        if (bytes.length - end < more && !makeRoom(more)) {
            return false;
        }
        in.readBytes(bytes, end, more);
        end += more;
        return true;
    }

    private boolean makeRoom(int more) {
        int needed = size() + more;
        int wanted = Math.max(needed, Math.min(bytesMax, Math.max(4_096, 2 * needed)));
        int capacity = needed <= bytes.length / 2 ? bytes.length : Math.max(bytes.length, wanted);
        if (capacity > bytes.length && !collecting.tryTake(capacity - bytes.length)) {
            return false;
        }
        byte[] next = capacity > bytes.length ? new byte[capacity] : bytes;
        System.arraycopy(bytes, from, next, 0, size());
        bytes = next;
        looked -= from;
        end -= from;
        from = 0;
        return true;
    }

    /// Nothing more comes.
    void last() {
        isLast = true;
    }

    /// The next line that is complete and no blank, or null: there is none, or it is longer than a line may be.
    byte @Nullable [] next() {
        while (true) {
            while (looked < end && bytes[looked] != '\n') {
                looked++;
            }
            boolean isComplete = looked < end;
            isTooLong = looked - from > LINE_BYTES_MAX;
            if (isTooLong || (!isComplete && !(isLast && from < end))) {
                return null;
            }
            int start = from;
            int to = looked;
            looked = isComplete ? looked + 1 : looked;
            from = looked;
            if (!isBlank(start, to)) {
                return Arrays.copyOfRange(bytes, start, to);
            }
        }
    }

    private boolean isBlank(int start, int to) {
        for (int at = start; at < to; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r') {
                return false;
            }
        }
        return true;
    }

    /// Whether the next line is longer than a line may be; as of the last [#next()].
    boolean isTooLong() {
        return isTooLong;
    }

    static Problem tooLong() {
        return Problem.of(
                ProblemType.BATCH_ITEM_INVALID,
                "batch-line-too-long",
                "at most " + LINE_BYTES_MAX + " bytes a line; nothing after it was read");
    }

    /// Throws away what has come.
    void drop() {
        collecting.giveBack(bytes.length);
        bytes = NOTHING;
        from = 0;
        looked = 0;
        end = 0;
    }
}
