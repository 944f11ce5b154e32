package io.forebay.policy.reload;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Wakes the watcher when something happens in a set of folders (inotify on Linux), and says where. A folder that
/// cannot be watched is left to the poll. Used by the watcher's thread; [#close] by any.
final class FolderWatch implements AutoCloseable {

    /// Most folders watched; those beyond are left to the poll.
    static final int FOLDERS_MAX = 4_096;

    private static final Logger LOG = System.getLogger(FolderWatch.class.getName());

    private final WatchService service;
    private final Map<Path, Watched> watched = new HashMap<>();

    /// @param inode of the folder that is watched: another may have taken its name since
    private record Watched(WatchKey key, @Nullable Object inode) {}

    FolderWatch() throws IOException {
        this.service = FileSystems.getDefault().newWatchService();
    }

    void watch(Set<Path> folders) {
        watched.forEach((folder, earlier) -> {
            if (!folders.contains(folder)
                    || !Objects.equals(earlier.inode(), FileState.of(folder).key())) {
                earlier.key().cancel();
            }
        });
        // Names of one folder have one key.
        watched.values().removeIf(earlier -> !earlier.key().isValid());
        for (Path folder : folders) {
            if (watched.size() < FOLDERS_MAX && !watched.containsKey(folder)) {
                register(folder);
            }
        }
    }

    private void register(Path folder) {
        try {
            Object inode = FileState.of(folder).key();
            WatchKey key = folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            watched.put(folder, new Watched(key, inode));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the folder " + folder + " cannot be watched and is polled", e);
        }
    }

    /// Waits for an event; false if none came in time. Throws once the watch is closed.
    ///
    /// @param changed is given what the events tell
    boolean await(long waitNs, ChangedPaths changed) throws InterruptedException, ClosedWatchServiceException {
        WatchKey key = service.poll(Math.max(waitNs, 0), TimeUnit.NANOSECONDS);
        boolean isEvent = key != null;
        while (key != null) {
            tell(key, changed);
            key = service.poll();
        }
        return isEvent;
    }

    /// A folder that is gone, and events that were too many, tell that something happened but not where.
    private static void tell(WatchKey key, ChangedPaths changed) {
        for (WatchEvent<?> event : key.pollEvents()) {
            if (key.watchable() instanceof Path folder && event.context() instanceof Path name) {
                changed.add(folder.resolve(name));
            } else {
                changed.addAnywhere();
            }
        }
        if (!key.reset()) {
            changed.addAnywhere();
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
