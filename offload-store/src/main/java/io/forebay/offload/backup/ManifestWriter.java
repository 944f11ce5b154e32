package io.forebay.offload.backup;

import io.forebay.offload.machine.StateClass;
import io.forebay.offload.storage.FolderTree;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/// Writes a manifest line by line; it gets its name when it is finished and synced. One thread.
final class ManifestWriter implements AutoCloseable {
    private final BackupManifest head;
    private final Path folder;
    private final Path unfinished;
    private final MessageDigest digest = FileCopy.sha256();
    private final OutputStream out;
    private long files;
    private long bytes;
    private long missing;

    ManifestWriter(Path folder, BackupManifest head) throws IOException {
        this.head = head;
        this.folder = folder;
        this.unfinished = folder.resolve(BackupManifest.FILE_NAME + ".new");
        this.out = new DigestOutputStream(
                new BufferedOutputStream(Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW)), digest);
        line(BackupManifest.BEGIN + BackupManifest.FORMAT);
        line("product " + head.product());
        line("store-format " + head.storeFormat());
        line("node " + head.node());
        line("taken " + head.taken());
        line("sequence " + head.sequence());
        for (StateClass list : StateClass.values()) {
            line("jobs " + list.name().toLowerCase(Locale.ROOT) + ' '
                    + head.jobs().getOrDefault(list, 0L));
        }
    }

    private void line(String text) throws IOException {
        out.write((text + '\n').getBytes(StandardCharsets.UTF_8));
    }

    void file(String path, FileCopy.Read read) throws IOException {
        line("file " + read.sha256() + ' ' + read.bytes() + ' ' + path);
        files++;
        bytes += read.bytes();
    }

    void missing(String path) throws IOException {
        line("missing " + path);
        missing++;
    }

    /// Makes the folder a backup: from here on it stands also after a power cut, if its files do.
    BackupManifest finish() throws IOException {
        line("files " + files + ' ' + bytes);
        line("end " + HexFormat.of().formatHex(digest.digest()));
        out.close();
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, folder.resolve(BackupManifest.FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
        FolderTree.syncNames(folder);
        return head.with(files, bytes, missing);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
