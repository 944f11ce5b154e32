package io.forebay.main.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A log in a bounded number of files of a bounded size: the one that is written, and `.1`, `.2` ... which were before
/// it,
/// the newest first. A new one is begun between two lines, once the next would make it too long; the oldest is deleted.
/// A
/// line that is longer than a file may be has one of its own.
///
/// Where the file cannot be written, as on a full disk, what is logged goes to `otherwise`; the file is tried again
/// with each
/// line. Two processes may have the same file for a while, as at a take-over: the second to find it full goes on in the
/// one
/// that the first has begun. Any thread; each waits for the other's write.
final class RotatingFile extends OutputStream {
    private final Path file;
    private final long bytesMax;
    private final int filesMax;
    private final OutputStream otherwise;
    private @Nullable OutputStream out;
    private @Nullable Object key;
    private long bytes;
    private boolean isInLine;

    /// Opens the file, and goes on at its end.
    ///
    /// @param bytesMax of one file
    /// @param filesMax with the one that is written, 2 at least
    RotatingFile(Path file, long bytesMax, int filesMax, OutputStream otherwise) throws IOException {
        this.file = file;
        this.bytesMax = bytesMax;
        this.filesMax = filesMax;
        this.otherwise = otherwise;
        this.out = open();
    }

    private OutputStream open() throws IOException {
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        key = found.fileKey();
        bytes = found.size();
        return opened;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        try {
            if (out == null) {
                out = open();
            }
            while (!isInLine && bytes > 0 && bytes + length > bytesMax) {
                out.close();
                out = null;
                rotate();
                out = open();
            }
            out.write(from, offset, length);
            bytes += length;
        } catch (IOException e) {
            giveUp();
            otherwise.write(from, offset, length);
        }
        isInLine = from[offset + length - 1] != '\n';
    }

    private void giveUp() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                // It failed before, and is opened anew for the next line.
            }
            out = null;
        }
    }

    private void rotate() throws IOException {
        if (!isOurs()) {
            return;
        }
        for (int number = filesMax - 1; number > 0; number--) {
            Path from = number == 1 ? file : numbered(number - 1);
            try {
                Files.move(from, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            } catch (NoSuchFileException e) {
                // There were not so many yet.
            }
        }
    }

    /// Whether the name is still that of the file that was written, and no other process has begun a new one.
    private boolean isOurs() throws IOException {
        try {
            return Objects.equals(
                    key, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public synchronized void flush() throws IOException {
        if (out == null) {
            otherwise.flush();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
