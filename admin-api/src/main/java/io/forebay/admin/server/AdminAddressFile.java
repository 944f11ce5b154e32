package io.forebay.admin.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Where the operators' port of a data folder was opened last: `admin.address`, one line as `http://127.0.0.1:9901`.
/// Commands on the same host find the running process by it. It stays when the process ends, until one without such a
/// port has the folder.
public final class AdminAddressFile {
    public static final String FILE_NAME = "admin.address";

    private static final int BYTES_MAX = 512;

    private AdminAddressFile() {}

    /// Written beside and renamed, so that a reader finds a whole line.
    static void write(Path dataFolder, String origin) throws IOException {
        Path file = dataFolder.resolve(FILE_NAME);
        Path unfinished = file.resolveSibling(FILE_NAME + ".new");
        Files.writeString(unfinished, origin + "\n");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The process that has the data folder has no operators' port: nobody is to be taken for it.
    public static void forget(Path dataFolder) throws IOException {
        Files.deleteIfExists(dataFolder.resolve(FILE_NAME));
    }

    /// The address in the folder's file.
    ///
    /// @throws IOException with what the operator should know, if there is none or it is no address
    public static URI read(Path dataFolder) throws IOException {
        Path file = dataFolder.resolve(FILE_NAME);
        try {
            if (Files.size(file) <= BYTES_MAX) {
                URI address = URI.create(Files.readString(file).strip());
                if (address.getHost() != null && address.getPort() > 0) {
                    return address;
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no " + file + ": no gateway with an operators' port has run on this data folder", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no address: " + e.getMessage(), e);
        }
        throw new IOException(file + " holds no address");
    }
}
