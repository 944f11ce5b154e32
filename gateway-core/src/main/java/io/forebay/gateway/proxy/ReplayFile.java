package io.forebay.gateway.proxy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The file of one body: opened for this process' user with its first bytes, and without a name from then on. Any
/// thread may ask; everything is done on the spool's, in the order in which it was asked.
final class ReplayFile {
    private static final Logger LOG = System.getLogger(ReplayFile.class.getName());

    private final ReplaySpool spool;
    private final Path path;
    private final Executor disk;
    private @Nullable FileChannel channel;
    private long size;

    /// Told on the spool's thread.
    interface Done {
        /// The work is over.
        ///
        /// @param isDone false if the disk has failed
        void done(boolean isDone);
    }

    private interface Work {
        void run() throws IOException;
    }

    ReplayFile(ReplaySpool spool, Path path, Executor disk) {
        this.spool = spool;
        this.path = path;
        this.disk = disk;
    }

    /// Appends the first `length` bytes of `piece`, which is the file's until it is done.
    void append(byte[] piece, int length, Done told) {
        run(told, () -> {
            FileChannel out = open();
            ByteBuffer bytes = ByteBuffer.wrap(piece, 0, length);
            while (bytes.hasRemaining()) {
                size += out.write(bytes, size);
            }
        });
    }

    /// Fills `into` with what stands at `position`.
    void read(long position, byte[] into, Done told) {
        run(told, () -> {
            FileChannel in = open();
            ByteBuffer bytes = ByteBuffer.wrap(into);
            while (bytes.hasRemaining()) {
                if (in.read(bytes, position + bytes.position()) < 0) {
                    throw new IOException("a body ends before its end");
                }
            }
        });
    }

    private FileChannel open() throws IOException {
        FileChannel opened = channel;
        if (opened == null) {
            if (Files.getFileStore(path.getParent()).getUsableSpace() < ReplaySpool.FREE_BYTES_MIN) {
                throw new IOException("no space is left for bodies of requests");
            }
            opened = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            channel = opened;
            Files.delete(path);
        }
        return opened;
    }

    private void run(Done told, Work work) {
        try {
            disk.execute(() -> told.done(isDone(work)));
        } catch (RejectedExecutionException closed) {
            told.done(false);
        }
    }

    private boolean isDone(Work work) {
        try {
            work.run();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "a body of a request cannot be kept", e);
            return false;
        }
    }

    /// Nothing is wanted of it any more.
    ///
    /// @param itsBytes what was taken of the spool for it
    void close(long itsBytes) {
        try {
            disk.execute(() -> {
                closeNow();
                spool.gaveUp(itsBytes);
            });
        } catch (RejectedExecutionException closed) {
            spool.gaveUp(itsBytes);
        }
    }

    private void closeNow() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "a body of a request is not let go", e);
            }
        }
    }
}
