package io.forebay.offload.rocks;

import io.forebay.offload.storage.FolderTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Links the files of a database that its owner goes on writing, so that together they are the database of one moment.
/// The owner notices nothing.
///
/// The list of its files (`MANIFEST`) is copied first and looked at again last. If it has not changed meanwhile, every
/// file that it names was there to be linked, and no log was deleted whose content is not in one of those files;
/// otherwise all is done again. What is written to the logs afterwards is more of the same history, and an end that is
/// being written is taken for one that a crash cut short.
public final class RocksLinks {
    private static final int TRIES_MAX = 200;
    private static final String CURRENT = "CURRENT";

    private RocksLinks() {}

    /// Links the database in `from` into `to`, which must not exist yet, on the same disk.
    public static void link(Path from, Path to) throws IOException {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            try {
                if (isLinked(from, to)) {
                    return;
                }
            } catch (NoSuchFileException deleted) {
                if (!Files.exists(from.resolve(CURRENT))) {
                    throw deleted;
                }
            }
            FolderTree.delete(to);
        }
        throw new IOException("the files of " + from + " change so fast that they cannot be linked; try again");
    }

    private static boolean isLinked(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        String current = Files.readString(from.resolve(CURRENT));
        Path manifest = from.resolve(current.strip());
        byte[] list;
        try (InputStream in = Files.newInputStream(manifest)) {
            list = in.readAllBytes();
        }
        Files.write(to.resolve(current.strip()), list);
        Files.writeString(to.resolve(CURRENT), current);
        for (Path file : RocksFiles.of(from)) {
            if (!RocksFiles.isManifest(file) && !file.endsWith(CURRENT)) {
                Files.createLink(to.resolve(file.getFileName()), file);
            }
        }
        return Files.size(manifest) == list.length
                && Files.readString(from.resolve(CURRENT)).equals(current);
    }
}
