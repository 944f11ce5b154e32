package io.forebay.offload.spool;

import io.forebay.offload.SpoolId;
import io.forebay.offload.storage.FolderTree;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the files are. Each start of the process has a folder of its own, so that what earlier ones left can be told
/// from what is being written. Any thread, but one file one thread.
final class SpoolFolder {
    private final Path root;
    private final SpoolLayout layout;
    private final int run;
    private final @Nullable Path[] syncedGroups = new Path[SpoolLayout.THREADS];

    /// Begins a run. Fails with [StorageException] if that cannot be put down.
    SpoolFolder(Path root) {
        this.root = root;
        this.layout = new SpoolLayout(root);
        try {
            Files.createDirectories(root);
            this.run = Math.addExact(
                    runs().stream().mapToInt(Integer::intValue).max().orElse(0), 1);
            Files.createDirectory(folder(run));
            sync(root);
            Path parent = root.getParent();
            if (parent != null) {
                sync(parent);
            }
        } catch (IOException e) {
            throw new StorageException("cannot use the spool folder " + root + ": " + e.getMessage(), e);
        }
    }

    Path root() {
        return root;
    }

    int run() {
        return run;
    }

    /// Every run that has left a folder, this one too.
    List<Integer> runs() throws IOException {
        List<Integer> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(root)) {
            entries.forEach(entry -> {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9]{1,9}")) {
                    found.add(Integer.parseInt(name));
                }
            });
        }
        return found;
    }

    Path folder(int ofRun) {
        return layout.run(ofRun);
    }

    Path path(SpoolId file) {
        return layout.path(file);
    }

    private Path group(SpoolId file) {
        return layout.group(file);
    }

    FileChannel create(SpoolId file) throws IOException {
        Path group = group(file);
        // That it is there does not mean that its name was synced.
        if (!group.equals(syncedGroups[SpoolLayout.thread(file)])) {
            Files.createDirectories(group);
            sync(folder(file.run()));
            syncedGroups[SpoolLayout.thread(file)] = group;
        }
        return FileChannel.open(path(file), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /// Makes the file's name survive a power cut.
    void syncName(SpoolId file) throws IOException {
        sync(group(file));
    }

    private static void sync(Path folder) throws IOException {
        FolderTree.syncNames(folder);
    }
}
