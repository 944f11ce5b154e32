package io.forebay.gateway.offload;

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
    private byte[] bytes = NOTHING;
    private int from;
    private int looked;
    private int end;
    private boolean isLast;
    private boolean isTooLong;

    BatchLines(Collecting collecting) {
        this.collecting = collecting;
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
        int capacity = needed <= bytes.length / 2 ? bytes.length : Math.max(4_096, 2 * needed);
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

    /// The next line that is complete and no blank, or null.
    byte @Nullable [] next() {
        while (true) {
            while (looked < end && bytes[looked] != '\n') {
                looked++;
            }
            boolean isComplete = looked < end;
            if (!isComplete && !(isLast && from < end)) {
                isTooLong = size() > LINE_BYTES_MAX;
                return null;
            }
            byte[] line = Arrays.copyOfRange(bytes, from, looked);
            looked = isComplete ? looked + 1 : looked;
            from = looked;
            if (!isBlank(line)) {
                return line;
            }
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /// Whether the line that has not ended is longer than a line may be; as of the last [#next()].
    boolean isTooLong() {
        return isTooLong;
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
