package io.forebay.main;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Held by the one process that takes over from the owner of a data folder, until it has the store: a second would
/// take its connections before it learns that it comes too late. The kernel lets go of it when its process ends.
final class SuccessorLock implements AutoCloseable {
    static final String FILE_NAME = "successor.lock";

    private final FileChannel channel;

    private SuccessorLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes it, or returns null if another process is the successor.
    static @Nullable SuccessorLock tryTake(Path data) throws IOException {
        FileChannel channel =
                FileChannel.open(data.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new SuccessorLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // This very process is.
        }
        channel.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
