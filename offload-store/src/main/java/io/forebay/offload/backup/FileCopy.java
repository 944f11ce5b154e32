package io.forebay.offload.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Reads files whole, and copies them where asked to, with their SHA-256. Holds one buffer of 1 MiB; one thread.
final class FileCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    private final MessageDigest digest = sha256();
    private final PassedBytes passed;
    private final long ofBytes;

    /// @param ofBytes how much all files together are
    FileCopy(PassedBytes passed, long ofBytes) {
        this.passed = passed;
        this.ofBytes = ofBytes;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /// What a file was when it was read.
    record Read(long bytes, String sha256) {}

    /// Reads a file to its end.
    Read read(Path file) throws IOException {
        return transfer(file, null);
    }

    /// Copies a file; the copy is synced, its name is not.
    Read copy(Path from, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Read read = transfer(from, out);
            out.force(true);
            return read;
        }
    }

    private Read transfer(Path from, @Nullable FileChannel out) throws IOException {
        digest.reset();
        long bytes = 0;
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            while (in.read(piece.clear()) >= 0) {
                piece.flip();
                digest.update(piece.duplicate());
                bytes += piece.remaining();
                passed.passed(piece.remaining(), ofBytes);
                while (out != null && piece.hasRemaining()) {
                    out.write(piece);
                }
            }
        }
        return new Read(bytes, HexFormat.of().formatHex(digest.digest()));
    }
}
