package io.forebay.offload.spool;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.SpoolId;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One file being written. Everything happens on one of the spool's threads; the first failure decides what all that
/// follows is answered.
final class SpoolFile implements SpoolWriter {
    private static final System.Logger LOG = System.getLogger(SpoolFile.class.getName());

    private static final String NO_ROOM = "No space left";

    private final SpoolFolder folder;
    private final SpoolId id;
    private final Executor thread;
    private final BooleanSupplier hasRoom;
    private final Runnable ended;
    private final ChunkSums sums = new ChunkSums();
    private final MessageDigest sha256;
    private @Nullable FileChannel channel;
    private @Nullable StoreRefusal failure;

    /// @param hasRoom whether the disk may be filled further
    /// @param ended runs once, when nothing more will be written
    SpoolFile(SpoolFolder folder, SpoolId id, Executor thread, BooleanSupplier hasRoom, Runnable ended) {
        this.folder = folder;
        this.id = id;
        this.thread = thread;
        this.hasRoom = hasRoom;
        this.ended = ended;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public void write(byte[] piece, int length, Completion<Long> completion) {
        run(completion, () -> {
            if (!hasRoom.getAsBoolean()) {
                throw new IOException(NO_ROOM);
            }
            FileChannel out = channel;
            if (out == null) {
                out = folder.create(id);
                channel = out;
            }
            writeFully(out, ByteBuffer.wrap(piece, 0, length));
            sums.add(piece, length);
            sha256.update(piece, 0, length);
            return sums.bytes();
        });
    }

    @Override
    public void finish(Completion<Content.Spooled> completion) {
        run(
                outcome -> {
                    if (outcome instanceof Outcome.Refused<Content.Spooled>) {
                        remove();
                    }
                    ended.run();
                    completion.complete(outcome);
                },
                () -> {
                    FileChannel out = requireNonNull(channel, "an empty file has no place in the spool");
                    ByteBuffer table = sums.table();
                    writeFully(out, table.duplicate());
                    out.force(true);
                    close();
                    folder.syncName(id);
                    return new Content.Spooled(id, sums.bytes(), ChunkSums.crcOf(table, sums.bytes()), sha256.digest());
                });
    }

    @Override
    public void discard() {
        try {
            thread.execute(() -> {
                remove();
                ended.run();
            });
        } catch (RejectedExecutionException closed) {
            // The next run finds what is left.
            ended.run();
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> void run(Completion<T> completion, Work<T> work) {
        try {
            thread.execute(() -> completion.complete(outcome(work)));
        } catch (RejectedExecutionException closed) {
            completion.complete(Outcome.refused(new StoreRefusal.Unavailable("closed")));
        }
    }

    private <T> Outcome<T> outcome(Work<T> work) {
        StoreRefusal before = failure;
        if (before != null) {
            return Outcome.refused(before);
        }
        try {
            return Outcome.done(work.run());
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is, somebody waits to hear of it.
            LOG.log(System.Logger.Level.ERROR, "a file of the spool cannot be written: " + folder.path(id), e);
            StoreRefusal refusal = String.valueOf(e.getMessage()).contains(NO_ROOM)
                    ? new StoreRefusal.DiskFull()
                    : new StoreRefusal.Unavailable("the spool cannot be written");
            failure = refusal;
            return Outcome.refused(refusal);
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void close() throws IOException {
        FileChannel out = channel;
        channel = null;
        if (out != null) {
            out.close();
        }
    }

    private void remove() {
        try {
            close();
            Files.deleteIfExists(folder.path(id));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a file of the spool is left behind: " + folder.path(id), e);
        }
    }
}
