package io.forebay.main.store;

import io.forebay.offload.backup.PassedBytes;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// Says once a second how far a long piece of work is; work that takes less says nothing. One thread.
final class ProgressLine implements PassedBytes {
    private static final long EVERY_NS = 1_000_000_000;
    private static final int MIB_BITS = 20;

    private final PrintWriter out;
    private final String verb;
    private final LongSupplier nanoTime;
    private long saidNs;
    private long doneBytes;

    /// @param verb what is done to the bytes, as in `copied`
    ProgressLine(PrintWriter out, String verb, LongSupplier nanoTime) {
        this.out = out;
        this.verb = verb;
        this.nanoTime = nanoTime;
        this.saidNs = nanoTime.getAsLong();
    }

    @Override
    public void passed(int bytes, long ofBytes) {
        reached(doneBytes + bytes, ofBytes);
    }

    /// The same for who knows only how much it is by now.
    void reached(long bytes, long ofBytes) {
        doneBytes = bytes;
        long nowNs = nanoTime.getAsLong();
        if (nowNs - saidNs >= EVERY_NS) {
            saidNs = nowNs;
            out.println("forebay: " + verb + " " + (bytes >> MIB_BITS) + " of " + (ofBytes >> MIB_BITS) + " MiB");
            out.flush();
        }
    }
}
