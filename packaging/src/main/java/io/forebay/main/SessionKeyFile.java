package io.forebay.main;

import io.forebay.gateway.proxy.SessionKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/// The key of sessions in the data folder, made at the first start and readable by its owner alone: so sessions
/// outlive a restart. Gateways of a fleet that share one are given the same file.
final class SessionKeyFile {
    static final String FILE_NAME = "session.key";

    private SessionKeyFile() {}

    /// The key of this data folder.
    ///
    /// @throws IOException if it cannot be read or written, or has another length
    static SessionKey open(Path dataFolder, SecureRandom random) throws IOException {
        Path file = dataFolder.resolve(FILE_NAME);
        if (Files.notExists(file)) {
            create(file, random);
        }
        if (Files.size(file) != SessionKey.BYTES) {
            throw new IOException(file + " has not " + SessionKey.BYTES
                    + " bytes; remove it and a new key is made at the next start, which ends all sessions");
        }
        return new SessionKey(Files.readAllBytes(file));
    }

    /// Written beside and renamed, so that a crash leaves either no key or a whole one.
    private static void create(Path file, SecureRandom random) throws IOException {
        byte[] key = new byte[SessionKey.BYTES];
        random.nextBytes(key);
        Path unfinished = file.resolveSibling(FILE_NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(key);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
