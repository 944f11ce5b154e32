package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import java.util.Arrays;

/// Ready jobs in the order of their places, in flat arrays: 32 bytes an entry. Places only grow, so entries join at
/// the end; one that leaves from the middle is found by halving and marked, and the mark is dropped when the head
/// reaches it.
final class ReadyRun {
    private static final int CAPACITY_MIN = 16;

    // A place is positive; a negative one (its complement) marks an entry that left.
    private long[] seqs = new long[CAPACITY_MIN];
    private long[] highs = new long[CAPACITY_MIN];
    private long[] lows = new long[CAPACITY_MIN];
    private long[] sinces = new long[CAPACITY_MIN];
    private int head;
    private int end;
    private int live;

    int size() {
        return live;
    }

    boolean isEmpty() {
        return live == 0;
    }

    /// @param sinceMs when its wait began
    void append(long seq, JobId id, long sinceMs) {
        if (end > head && placeAt(end - 1) >= seq) {
            throw new IllegalStateException("ready place " + seq + " after " + placeAt(end - 1));
        }
        if (end == seqs.length) {
            makeRoom();
        }
        seqs[end] = seq;
        highs[end] = id.high();
        lows[end] = id.low();
        sinces[end] = sinceMs;
        end++;
        live++;
    }

    boolean remove(long seq) {
        int at = find(seq);
        if (at < 0 || seqs[at] < 0) {
            return false;
        }
        seqs[at] = ~seq;
        live--;
        while (head < end && seqs[head] < 0) {
            head++;
        }
        if (live == 0) {
            reset();
        }
        return true;
    }

    long firstSeq() {
        return seqs[head];
    }

    JobId firstId() {
        return new JobId(highs[head], lows[head]);
    }

    long firstSinceMs() {
        return sinces[head];
    }

    private int find(long seq) {
        int low = head;
        int high = end - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = placeAt(middle);
            if (there == seq) {
                return middle;
            }
            if (there < seq) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private long placeAt(int index) {
        long seq = seqs[index];
        return seq < 0 ? ~seq : seq;
    }

    private void makeRoom() {
        if (live <= seqs.length / 2) {
            compact();
        } else {
            int capacity = seqs.length * 2;
            seqs = Arrays.copyOf(seqs, capacity);
            highs = Arrays.copyOf(highs, capacity);
            lows = Arrays.copyOf(lows, capacity);
            sinces = Arrays.copyOf(sinces, capacity);
        }
    }

    private void compact() {
        int to = 0;
        for (int from = head; from < end; from++) {
            if (seqs[from] > 0) {
                seqs[to] = seqs[from];
                highs[to] = highs[from];
                lows[to] = lows[from];
                sinces[to] = sinces[from];
                to++;
            }
        }
        head = 0;
        end = to;
    }

    private void reset() {
        head = 0;
        end = 0;
        if (seqs.length > 64 * CAPACITY_MIN) {
            seqs = new long[CAPACITY_MIN];
            highs = new long[CAPACITY_MIN];
            lows = new long[CAPACITY_MIN];
            sinces = new long[CAPACITY_MIN];
        }
    }
}
