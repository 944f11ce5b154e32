package io.forebay.offload.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// A folder with all that is in it. Links are not followed. Any thread.
public final class FolderTree {
    private FolderTree() {}

    /// Makes the names in one folder survive a power cut.
    public static void syncNames(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Makes the name of a folder or file survive a power cut.
    public static void syncNameOf(Path entry) throws IOException {
        Path folder = entry.toAbsolutePath().getParent();
        if (folder != null) {
            syncNames(folder);
        }
    }

    /// Makes the folder in which a file is to be, if it is not there.
    public static void makeFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    /// Makes a folder that its owner alone may enter: what is in it was said by clients.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if it is there
    public static void makePrivate(Path folder) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// The same as [#syncNames] for every folder below as well.
    public static void syncAllNames(Path top) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                syncNames(folder);
                return super.postVisitDirectory(folder, failure);
            }
        });
    }

    /// Deletes it, if it is there.
    public static void delete(Path top) throws IOException {
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return super.postVisitDirectory(folder, failure);
                }
            });
        } catch (NoSuchFileException gone) {
            // It is not there, as wished.
        }
    }
}
